/** `ipaddress` of Python for addresses and networks of version 4 that the program says itself, as Python. */
export const ADDRESSES = `
def number_of(given):
    if isinstance(given, int):
        return given
    if isinstance(given, bytes):
        return int.from_bytes(given, "big")
    total = 0
    for part in str(given).split("."):
        total = total * 256 + int(part)
    return total
def text_of(n):
    return str(n // 16777216 % 256) + "." + str(n // 65536 % 256) + "." + str(n // 256 % 256) + "." + str(n % 256)
class IPv4Address:
    def __init__(self, given):
        self._ip = number_of(given)
        self.version = 4
        self.compressed = text_of(self._ip)
        self.exploded = self.compressed
        self.packed = self._ip.to_bytes(4, "big")
        self.is_loopback = self._ip // 16777216 == 127
    def __str__(self):
        return self.compressed
    def __repr__(self):
        return "IPv4Address('" + self.compressed + "')"
    def __format__(self, spec):
        return self.compressed
    def __int__(self):
        return self._ip
    def __index__(self):
        return self._ip
    def __add__(self, n):
        return IPv4Address(self._ip + n)
    def __sub__(self, n):
        return IPv4Address(self._ip - int(n))
    def __eq__(self, other):
        return int(self) == int(other)
class IPv4Network:
    def __init__(self, given, strict=True):
        address, _, length = str(given).partition("/")
        self.version = 4
        self.prefixlen = int(length) if length else 32
        self.num_addresses = 2 ** (32 - self.prefixlen)
        self._first = number_of(address) // self.num_addresses * self.num_addresses
        self.network_address = IPv4Address(self._first)
        self.broadcast_address = IPv4Address(self._first + self.num_addresses - 1)
        self.with_prefixlen = str(self.network_address) + "/" + str(self.prefixlen)
    def __str__(self):
        return self.with_prefixlen
    def __format__(self, spec):
        return self.with_prefixlen
    def __iter__(self):
        for n in range(self.num_addresses):
            yield IPv4Address(self._first + n)
    def __getitem__(self, n):
        return IPv4Address(self._first + n)
    def hosts(self):
        few = self.num_addresses <= 2
        for n in range(self.num_addresses if few else self.num_addresses - 2):
            yield IPv4Address(self._first + n + (0 if few else 1))
ip_address = IPv4Address
ip_network = IPv4Network
`;
