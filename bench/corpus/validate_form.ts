interface Field<T> {
  readonly name: string;
  readonly parse: (text: string) => T;
  readonly check?: (value: T) => string | null;
}

interface Problem {
  field: string;
  message: string;
}

const fields: Field<unknown>[] = [
  { name: "title", parse: (text) => text.trim(), check: (v) => ((v as string).length > 0 ? null : "is empty") },
  { name: "pages", parse: Number, check: (v) => (Number.isInteger(v) ? null : "is not a whole number") },
  { name: "published", parse: (text) => new Date(text), check: (v) => (Number.isNaN(+(v as Date)) ? "is not a date" : null) },
];

function validate(form: Record<string, string>): { values: Record<string, unknown>; problems: Problem[] } {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const field of fields) {
    const value = field.parse(form[field.name] ?? "");
    const message = field.check?.(value) ?? null;
    if (message === null) values[field.name] = value;
    else problems.push({ field: field.name, message });
  }
  return { values, problems };
}

console.log(validate({ title: " Sea ", pages: "212", published: "2019-03-01" }));
console.log(validate({ title: "", pages: "many", published: "soon" }).problems);
