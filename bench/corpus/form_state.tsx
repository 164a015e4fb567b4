import { type ChangeEvent, type FormEvent, useReducer } from "react";

type State = { name: string; email: string; sent: boolean; errors: Partial<Record<"name" | "email", string>> };
type Action = { type: "change"; field: "name" | "email"; value: string } | { type: "submit" };

const EMPTY: State = { name: "", email: "", sent: false, errors: {} };

function reduce(state: State, action: Action): State {
  if (action.type === "change") return { ...state, sent: false, [action.field]: action.value };
  const errors: State["errors"] = {};
  if (state.name.trim() === "") errors.name = "Please enter your name";
  if (!/^\S+@\S+\.\S+$/.test(state.email)) errors.email = "This is no address";
  return { ...state, errors, sent: Object.keys(errors).length === 0 };
}

export function ContactForm({ onSend }: { onSend: (state: State) => void }) {
  const [state, dispatch] = useReducer(reduce, EMPTY);
  const change = (field: "name" | "email") => (event: ChangeEvent<HTMLInputElement>) =>
    dispatch({ type: "change", field, value: event.target.value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    dispatch({ type: "submit" });
    if (state.sent) onSend(state);
  };
  return (
    <form onSubmit={submit}>
      <input value={state.name} onChange={change("name")} aria-invalid={state.errors.name !== undefined} />
      <input value={state.email} onChange={change("email")} type="email" />
      <button type="submit">{state.sent ? "Sent" : "Send"}</button>
    </form>
  );
}
