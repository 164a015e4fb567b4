# Toy simulation: everything lives in this process.
import random


class InsufficientFunds(Exception):
    pass


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []

    def deposit(self, amount):
        self.balance += amount
        self.history.append(("deposit", amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(self.owner)
        self.balance -= amount
        self.history.append(("withdraw", amount))


random.seed(7)
accounts = [Account(f"player{i}", 100) for i in range(4)]
for turn in range(50):
    giver, taker = random.sample(accounts, 2)
    amount = random.randint(1, 30)
    try:
        giver.withdraw(amount)
    except InsufficientFunds:
        continue
    taker.deposit(amount)

assert sum(a.balance for a in accounts) == 400
for a in accounts:
    print(a.owner, a.balance, len(a.history))
