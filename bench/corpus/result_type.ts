type Ok<T> = { readonly ok: true; readonly value: T };
type Err<E> = { readonly ok: false; readonly error: E };
type Result<T, E = string> = Ok<T> | Err<E>;

const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
const err = <E>(error: E): Err<E> => ({ ok: false, error });

function andThen<T, U, E>(result: Result<T, E>, next: (value: T) => Result<U, E>): Result<U, E> {
  return result.ok ? next(result.value) : result;
}

const integer = (text: string): Result<number> => (/^-?\d+$/.test(text) ? ok(Number(text)) : err(`\`${text}\` is no integer`));
const positive = (n: number): Result<number> => (n > 0 ? ok(n) : err(`${n} is not positive`));
const divide =
  (by: number) =>
  (n: number): Result<number> =>
    by === 0 ? err("division by zero") : ok(n / by);

enum Colour {
  Red = "red",
  Green = "green",
}

for (const text of ["42", "-7", "x", "0"]) {
  const result = andThen(andThen(integer(text), positive), divide(4));
  const colour = result.ok ? Colour.Green : Colour.Red;
  console.log(colour, result.ok ? result.value : result.error);
}
