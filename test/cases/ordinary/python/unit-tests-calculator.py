import unittest


class Calculator:
    def __init__(self):
        self.memory = 0

    def evaluate(self, expression):
        """Evaluate space separated reverse polish notation."""
        stack = []
        operators = {
            "+": lambda a, b: a + b,
            "-": lambda a, b: a - b,
            "*": lambda a, b: a * b,
            "/": lambda a, b: a / b,
        }
        for token in expression.split():
            if token in operators:
                b, a = stack.pop(), stack.pop()
                stack.append(operators[token](a, b))
            else:
                stack.append(float(token))
        self.memory = stack.pop()
        return self.memory


class CalculatorTest(unittest.TestCase):
    def setUp(self):
        self.calc = Calculator()

    def test_addition(self):
        self.assertEqual(self.calc.evaluate("1 2 +"), 3)

    def test_nested(self):
        self.assertEqual(self.calc.evaluate("5 1 2 + 4 * + 3 -"), 14)

    def test_division_by_zero(self):
        with self.assertRaises(ZeroDivisionError):
            self.calc.evaluate("1 0 /")


if __name__ == "__main__":
    unittest.main()
