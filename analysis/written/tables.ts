/** Tables of pandas and polars as Python: a program that writes its table down and walks through it says what it does with each cell. */

/** `Table` is made of columns: lists by their names. What is not followed is asked of an unknown table with the same labels. */
export const TABLES = `
import written
class Row:
    def __init__(self, fields, first=()):
        self.fields = fields
        self.first = first
    def __getitem__(self, key):
        if isinstance(key, str):
            return self.fields[key]
        return [*self.first, *self.fields.values()][key]
    def __getattr__(self, name):
        return self.fields[name]
    def __iter__(self):
        return iter([*self.first, *self.fields.values()])
    def get(self, key, default=None):
        return self.fields.get(key, default)
    def items(self):
        return self.fields.items()
    def keys(self):
        return self.fields.keys()
    def to_dict(self):
        return self.fields
    def _asdict(self):
        return self.fields
    def tolist(self):
        return list(self.fields.values())
    @property
    def values(self):
        return list(self.fields.values())
class Texts:
    def __init__(self, held):
        self.held = held
    def cat(self, others=None, sep=""):
        return sep.join(self.held)
    def __getattr__(self, name):
        held = self.held
        def each(*args, **kw):
            return Column([getattr(one, name)(*args) for one in held])
        return each
class Column:
    def __init__(self, held, name=None):
        self.held = held
        self.name = name
        self.iloc = self.loc = self.at = self.iat = self
    def __iter__(self):
        return iter(self.held)
    def __len__(self):
        return len(self.held)
    def __contains__(self, one):
        return True
    def __getitem__(self, key):
        if isinstance(key, Column):
            return Column(written.chosen(self.held, key.held))
        if isinstance(key, (str, list, tuple)):
            return self
        return self.held[key]
    def apply(self, f, *args, **kw):
        return Column([f(one) for one in self.held])
    def map(self, f, *args, **kw):
        return Column([f.get(one) if isinstance(f, dict) else f(one) for one in self.held])
    map_elements = apply
    transform = apply
    def tolist(self):
        return self.held
    to_list = to_numpy = unique = tolist
    @property
    def values(self):
        return self.held
    @property
    def array(self):
        return self.held
    @property
    def str(self):
        return Texts(self.held)
    def items(self):
        return enumerate(self.held)
    def to_dict(self):
        return dict(enumerate(self.held))
    def head(self, *args, **kw):
        return self
    tail = sort_values = dropna = drop_duplicates = astype = fillna = copy = reset_index = sample = head
    def __add__(self, other):
        return Column([a + b for a, b in zip(self.held, other.held)] if isinstance(other, Column) else [a + other for a in self.held])
    def __radd__(self, other):
        return Column([other + a for a in self.held])
    def __eq__(self, other):
        return Column([a == other for a in self.held])
    def __ne__(self, other):
        return Column([a != other for a in self.held])
    def __gt__(self, other):
        return Column([a > other for a in self.held])
    def __lt__(self, other):
        return Column([a < other for a in self.held])
    def __ge__(self, other):
        return Column([a >= other for a in self.held])
    def __le__(self, other):
        return Column([a <= other for a in self.held])
    def __getattr__(self, name):
        return getattr(written.table_like(self.held), name)
class Place:
    def __init__(self, table):
        self.table = table
    def __getitem__(self, key):
        table = self.table
        if isinstance(key, tuple):
            row, name = key
            if isinstance(name, str):
                column = table[name]
            elif isinstance(name, int):
                column = Column(list(table.cols.values())[name])
            else:
                return table[name]
            return column[row] if isinstance(row, int) else column
        if isinstance(key, (str, list, Column)):
            return table[key]
        return Row(table.records()[key])
class Table:
    def __init__(self, cols):
        self.cols = cols
        self.iloc = self.loc = self.at = self.iat = Place(self)
    def records(self):
        names = list(self.cols.keys())
        return [dict(zip(names, each)) for each in zip(*self.cols.values())]
    @property
    def columns(self):
        return list(self.cols.keys())
    @property
    def values(self):
        return [list(each) for each in zip(*self.cols.values())]
    @property
    def index(self):
        return range(len(self.records()))
    def to_numpy(self):
        return self.values
    def __len__(self):
        return len(self.records())
    def __iter__(self):
        return iter(list(self.cols.keys()))
    def __getitem__(self, key):
        if isinstance(key, str):
            return Column(written.column_named(self.cols[key], key), key)
        if isinstance(key, list):
            return Table({name: written.column_named(self.cols[name], name) for name in key})
        if isinstance(key, Column):
            return Table({name: written.chosen(held, key.held) for name, held in self.cols.items()})
        return self
    def __setitem__(self, key, value):
        if isinstance(value, Column):
            self.cols[key] = value.held
        elif isinstance(value, list):
            self.cols[key] = value
        else:
            self.cols[key] = [value for one in self.records()]
    def get_column(self, name):
        return self[name]
    def get(self, name, default=None):
        return self[name]
    def pop(self, name):
        return self[name]
    def select(self, *names):
        return self[list(names)]
    def items(self):
        return [(name, self[name]) for name in self.cols.keys()]
    def iterrows(self):
        return [(at, Row(each)) for at, each in enumerate(self.records())]
    def itertuples(self, index=True, name="Pandas"):
        return [Row(each, (at,) if index else ()) for at, each in enumerate(self.records())]
    def iter_rows(self, named=False):
        return self.records() if named else [tuple(each.values()) for each in self.records()]
    rows = iter_rows
    def to_dicts(self):
        return self.records()
    def to_dict(self, orient="dict"):
        if orient == "records":
            return self.records()
        if orient == "list":
            return self.cols
        return {name: dict(enumerate(held)) for name, held in self.cols.items()}
    def to_records(self, index=True):
        return self.itertuples(index)
    def apply(self, f, axis=0, **kw):
        if axis == 0 or axis == "index":
            return Column([f(Column(held)) for held in self.cols.values()])
        return Column([f(Row(each)) for each in self.records()])
    def applymap(self, f, **kw):
        return Table({name: [f(one) for one in held] for name, held in self.cols.items()})
    map = applymap
    def rename(self, columns=None, **kw):
        return Table({columns.get(name, name): written.column_named(held, name) for name, held in self.cols.items()})
    def drop(self, labels=None, axis=0, columns=None, **kw):
        gone = columns or labels
        gone = [gone] if isinstance(gone, str) else gone
        return Table({name: held for name, held in self.cols.items() if name not in gone})
    def assign(self, **kw):
        made = Table({**self.cols})
        for name, value in kw.items():
            made[name] = value(made) if callable(value) else value
        return made
    def head(self, *args, **kw):
        return self
    tail = sort_values = dropna = drop_duplicates = astype = fillna = copy = reset_index = set_index = sample = query = filter = head
    def __getattr__(self, name):
        if name in self.cols:
            return self[name]
        return getattr(written.table_like(self.cols), name)
`;
