/** What a path of `pathlib` says of itself: its parent, its name, the directories above it. */
import type { State } from "../state.ts";
import { type ConstV, isString, partsOf, type Value } from "../values.ts";
import { listValue } from "./containers.ts";
import { PATH_LABEL } from "./path-label.ts";
import type { Run } from "./run.ts";

const UP = ["./..", "./../..", "./../../.."];

/** `path.parents[1]`, `path.parts`. */
function ancestry(run: Run, state: State, path: ConstV & { readonly value: string }, how: "parents" | "parts"): Value {
  const words = path.value.split("/").filter((word) => word !== "" && word !== ".");
  const root = path.value.startsWith("/") ? "/" : "";
  const plain = path.labels.filter((l) => l !== PATH_LABEL);
  const known = words.map((_word, i) => `${root}${words.slice(0, words.length - 1 - i).join("/")}` || ".");
  // Above the program's own directory there are more, whatever they are called.
  const above = root === "" ? [...known, ...UP] : known;
  const values =
    how === "parents"
      ? above.map((text) => run.values.string(text, path.labels))
      : [...(root === "" ? [] : [root]), ...words].map((text) => run.values.string(text, plain));
  return listValue(run, state, values, "tuple");
}

/** `path.parent`, `path.name`, and an entry's `path`: also of a path that is known only in part. */
export function pathAttribute(run: Run, state: State, path: Value, name: string): Value | null {
  if (name === "path")
    return run.values.template(
      partsOf(path),
      path.labels.filter((l) => l !== PATH_LABEL),
    );
  if (isString(path) && (name === "parents" || name === "parts")) return ancestry(run, state, path, name);
  if (!["parent", "name", "stem", "suffix"].includes(name)) return null;
  const parts = [...partsOf(path)];
  const last = parts[parts.length - 1];
  if (typeof last !== "string") return run.values.unknown("local", { labels: path.labels });
  const text = last.replace(/\/$/, "");
  const cut = text.lastIndexOf("/");
  if (name === "parent") {
    if (cut < 0) return parts.length === 1 ? run.values.string(".", path.labels) : run.values.unknown("local", { labels: path.labels });
    return run.values.template([...parts.slice(0, -1), text.slice(0, cut) || (parts.length === 1 ? "/" : "")], path.labels);
  }
  if (cut < 0 && parts.length > 1) return run.values.unknown("local", { labels: path.labels });
  const base = text.slice(cut + 1);
  const suffix = /(?<=.)\.[^.]+$/.exec(base)?.[0] ?? "";
  const labels = path.labels.filter((l) => l !== PATH_LABEL);
  return run.values.string(name === "name" ? base : name === "suffix" ? suffix : base.slice(0, base.length - suffix.length), labels);
}
