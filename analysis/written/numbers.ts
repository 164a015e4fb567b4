/** Rows of whole numbers of numpy as Python: what a program writes down as numbers and makes a text of. Anything else is asked of an unknown array. */
export const NUMBERS = `
import written
class Numbers:
    def __init__(self, held, small):
        self.held = held
        self.small = small
    def made(self, held):
        return Numbers(held, self.small)
    def each(self, other):
        if isinstance(other, (Numbers, list, tuple)):
            return [*other]
        return [other] * len(self.held)
    def tobytes(self, order=None):
        if self.small:
            return bytes([one & 255 for one in self.held])
        return written.numbers_like(self.held)
    tostring = tobytes
    def tolist(self):
        return self.held
    def astype(self, kind, **kw):
        return Numbers(self.held, written.is_small(kind))
    def view(self, kind=None):
        return self if self.small and written.is_small(kind) else written.numbers_like(self.held)
    def item(self, at=0):
        return self.held[at]
    def copy(self, *given):
        return self
    flatten = ravel = squeeze = reshape = copy
    @property
    def data(self):
        return self.tobytes()
    @property
    def size(self):
        return len(self.held)
    @property
    def shape(self):
        return (len(self.held),)
    @property
    def T(self):
        return self
    @property
    def flat(self):
        return self.held
    def __bytes__(self):
        return self.tobytes()
    def __iter__(self):
        return iter(self.held)
    def __len__(self):
        return len(self.held)
    def __getitem__(self, at):
        if written.is_slice(at):
            return self.made(self.held[at])
        if isinstance(at, int):
            return self.held[at]
        if isinstance(at, (list, Numbers)):
            return self.made([self.held[one] for one in at])
        return written.numbers_like(self.held)
    def __setitem__(self, at, value):
        self.held[at] = value
    def __add__(self, other):
        return self.made([a + b for a, b in zip(self.held, self.each(other))])
    def __sub__(self, other):
        return self.made([a - b for a, b in zip(self.held, self.each(other))])
    def __mul__(self, other):
        return self.made([a * b for a, b in zip(self.held, self.each(other))])
    def __floordiv__(self, other):
        return self.made([a // b for a, b in zip(self.held, self.each(other))])
    def __mod__(self, other):
        return self.made([a % b for a, b in zip(self.held, self.each(other))])
    def __xor__(self, other):
        return self.made([a ^ b for a, b in zip(self.held, self.each(other))])
    def __and__(self, other):
        return self.made([a & b for a, b in zip(self.held, self.each(other))])
    def __or__(self, other):
        return self.made([a | b for a, b in zip(self.held, self.each(other))])
    def __rshift__(self, other):
        return self.made([a >> b for a, b in zip(self.held, self.each(other))])
    def __lshift__(self, other):
        return self.made([a << b for a, b in zip(self.held, self.each(other))])
    def __rsub__(self, other):
        return self.made([b - a for a, b in zip(self.held, self.each(other))])
    __radd__ = __add__
    __rxor__ = __xor__
    def __eq__(self, other):
        return written.numbers_like(self.held)
    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __truediv__ = __rtruediv__ = __pow__ = __matmul__ = __neg__ = __eq__
    def __getattr__(self, name):
        return getattr(written.numbers_like(self.held), name)
def flip(row, axis=None):
    return row[::-1]
flipud = flip
def concatenate(rows, axis=0):
    return rows[0].made([one for row in rows for one in row])
hstack = concatenate
def bitwise_xor(a, b):
    return a ^ b
def bitwise_and(a, b):
    return a & b
def bitwise_or(a, b):
    return a | b
def right_shift(a, b):
    return a >> b
def left_shift(a, b):
    return a << b
def add(a, b):
    return a + b
def subtract(a, b):
    return a - b
def mod(a, b):
    return a % b
`;
