/** The IR as text, one instruction per line: for tests and for people who debug the lowering. */
import type { ArgReg, Block, ConstValue, FunctionIr, Instr, ItemReg, Terminator, VarRef } from "./ir.ts";

export function printFunction(fn: FunctionIr): string {
  const params = fn.params.map((param) => `${STARS[param.form] ?? ""}${param.name}${param.hasDefault ? "=" : ""}`).join(", ");
  const marks = [fn.isStatic === true ? "static" : "", fn.async ? "async" : "", fn.generator ? "generator" : "", fn.flavour].filter(
    (mark) => mark !== "",
  );
  const decorators = fn.decorators.map((decorator) => ` @${decorator}`).join("");
  const head = `fn ${fn.id} ${marks.join(" ")} ${fn.name}(${params}) [${fn.locals.join(" ")}]${decorators}`;
  return [head, ...fn.blocks.map(printBlock)].join("\n");
}

const STARS: { readonly [form: string]: string } = { rest: "*", kwrest: "**" };

function printBlock(block: Block, id: number): string {
  const head = `b${id}:${block.handler === null ? "" : ` handler b${block.handler}`}`;
  return [head, ...block.instrs.map((instr) => `  ${printInstr(instr)}`), `  ${printTerminator(block.end)}`].join("\n");
}

export function printInstr(instr: Instr): string {
  const text = body(instr);
  if ("dst" in instr) return `%${instr.dst} = ${text}`;
  return instr.op === "Unpack" ? `${instr.dsts.map((dst) => `%${dst}`).join(", ")} = ${text}` : text;
}

type Printers = { readonly [Op in Instr["op"]]: (instr: Extract<Instr, { readonly op: Op }>) => string };

const PRINTERS: Printers = {
  Const: (i) => constant(i.value),
  Move: (i) => `%${i.src}`,
  LoadVar: (i) => variable(i.ref),
  StoreVar: (i) => `${variable(i.ref)} := %${i.src}`,
  DeleteVar: (i) => `delete ${variable(i.ref)}`,
  LoadThis: () => "this",
  GetAttr: (i) => `%${i.object}${i.optional === true ? "?" : ""}.${i.name}`,
  SetAttr: (i) => `%${i.object}.${i.name} := %${i.src}`,
  DelAttr: (i) => `delete %${i.object}.${i.name}`,
  GetItem: (i) => `%${i.object}${i.optional === true ? "?" : ""}[%${i.index}]`,
  SetItem: (i) => `%${i.object}[%${i.index}] := %${i.src}`,
  DelItem: (i) => `delete %${i.object}[%${i.index}]`,
  GetSlice: (i) => `%${i.object}[${[i.lower, i.upper, i.step].map((bound) => (bound === null ? "" : `%${bound}`)).join(":")}]`,
  Build: (i) => `${i.type}(${i.items.map(item).join(", ")})`,
  Append: (i) => `%${i.container} += ${i.key === undefined ? "" : `%${i.key}: `}%${i.value}`,
  Unary: (i) => `${i.operator} %${i.operand}`,
  Binary: (i) => `%${i.left} ${i.operator}${i.inPlace === true ? "=" : ""} %${i.right}`,
  Concat: (i) =>
    `concat(${i.parts.map((part) => `%${part.value}${part.conversion === undefined ? "" : `!${part.conversion}`}${part.format === undefined ? "" : `:${part.format}`}`).join(", ")})`,
  Call: (i) =>
    `${i.isNew === true ? "new" : "call"}${i.optional === true ? "?" : ""} %${i.callee}(${[...(i.receiver === undefined ? [] : [`this=%${i.receiver}`]), ...i.args.map(argument)].join(", ")})`,
  MakeFunction: (i) =>
    `function ${i.fn}${i.defaults.some((one) => one !== null) ? `(${i.defaults.map((one) => (one === null ? "-" : `%${one}`)).join(", ")})` : ""}`,
  MakeClass: (i) => `class ${i.name} ${i.body}(${i.bases.map(argument).join(", ")})`,
  Import: (i) => `import ${i.module}${i.name === null ? "" : ` ${i.name}`}${i.first === true ? " first" : ""}`,
  Export: (i) => `export ${i.name} %${i.src}`,
  IterNew: (i) => `${i.keys === true ? "keys" : "iter"} %${i.src}`,
  Unpack: (i) => `unpack %${i.src}${i.star < 0 ? "" : ` star ${i.star}`}`,
  ObjectRest: (i) => `%${i.src} without (${i.keys.map((key) => `%${key}`).join(", ")})`,
  EnterWith: (i) => `enter %${i.src}`,
  Await: (i) => `await %${i.src}`,
  Yield: (i) => `yield${i.delegate === true ? " from" : ""} %${i.src}`,
  Catch: () => "catch",
  Opaque: (i) => `opaque${i.mayCall ? " call" : ""} "${i.reason}"(${i.parts.map((part) => `%${part}`).join(", ")})`,
};

function body(instr: Instr): string {
  return (PRINTERS[instr.op] as (instr: Instr) => string)(instr);
}

function variable(ref: VarRef): string {
  if (ref.hops === "global") return `@${ref.name}`;
  return ref.hops === 0 ? `$${ref.name}` : `$${ref.name}^${ref.hops}`;
}

function constant(value: ConstValue): string {
  if (value.type === "string") return JSON.stringify(value.value);
  if (value.type === "bytes") return `b${JSON.stringify(value.value)}`;
  if (value.type === "regex") return `/${value.pattern}/${value.flags}`;
  return "value" in value ? String(value.value) : value.type;
}

const SPREAD = { list: "*", dict: "**" } as const;

function argument(arg: ArgReg): string {
  return `${arg.name === undefined ? "" : `${arg.name}=`}${arg.spread === undefined ? "" : SPREAD[arg.spread]}%${arg.value}`;
}

function item(one: ItemReg): string {
  const key = one.key === undefined ? "" : `%${one.key}: `;
  return `${one.accessor === undefined ? "" : `${one.accessor} `}${key}${one.spread === undefined ? "" : SPREAD[one.spread]}%${one.value}`;
}

export function printTerminator(end: Terminator): string {
  switch (end.op) {
    case "Jump":
      return `jump b${end.to}`;
    case "Branch": {
      const about = end.subjects.length === 0 ? "" : ` about ${end.subjects.join(" ")}`;
      return `${end.assertion === true ? "assert" : "if"} %${end.test} b${end.then} else b${end.otherwise}${about}`;
    }
    case "ForNext":
      return `for %${end.dst} in %${end.iter} b${end.body} else b${end.exit}`;
    case "Fork":
      return `fork ${end.to.map((to) => `b${to}`).join(" ")}`;
    case "Return":
      return end.src === null ? "return" : `return %${end.src}`;
    case "Throw":
      return end.src === null ? "throw" : `throw %${end.src}`;
    case "Stop":
      return "stop";
  }
}
