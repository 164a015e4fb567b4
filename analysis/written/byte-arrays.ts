/** `bytearray` as Python: bytes that can be changed. What it holds is kept with it (`../interpret/base-values.ts`). */
export const BYTE_ARRAYS = `
import written
class ByteArray(bytearray):
    def __setitem__(self, at, value):
        written.bytes_changed(self, "set", at, value)
    def __delitem__(self, at):
        written.bytes_changed(self, "cut", at)
    def __iadd__(self, other):
        written.bytes_changed(self, "extend", other)
        return self
    def append(self, one):
        written.bytes_changed(self, "append", one)
    def extend(self, other):
        written.bytes_changed(self, "extend", other)
    def insert(self, at, one):
        written.bytes_changed(self, "insert", at, one)
    def pop(self, at=-1):
        one = self[at]
        written.bytes_changed(self, "cut", at)
        return one
    def reverse(self):
        written.bytes_changed(self, "reverse")
    def clear(self):
        written.bytes_changed(self, "clear")
    def copy(self):
        return bytearray(bytes(self))
`;
