/**
 * Language built-ins as they were before guest code could replace them. This file and `guest-*.ts` are turned into text
 * and compiled inside the isolate: a function there may use only its arguments, the functions of these files and syntax.
 * INVARIANT: no value of the host's realm is reachable from here but three functions that take bounded primitive strings and return none.
 */
export type Natives = ReturnType<typeof captureNatives>;

/** Called once, first, in a fresh context. */
export function captureNatives() {
  const apply = Reflect.apply;
  // `call(method, object, ...)`: the method as captured, whatever the prototype holds later
  const call = <R>(method: (...given: never[]) => R, self: unknown, ...given: unknown[]): R => apply(method as () => R, self, given as []);
  const getter = (holder: object, name: string) => Object.getOwnPropertyDescriptor(holder, name)!.get as () => unknown;
  return {
    call,
    stringify: JSON.stringify,
    parse: JSON.parse,
    keys: Object.keys,
    freeze: Object.freeze,
    create: Object.create,
    define: Object.defineProperty,
    prototypeOf: Object.getPrototypeOf,
    isArray: Array.isArray,
    isView: ArrayBuffer.isView,
    now: Date.now,
    toText: String,
    toNumber: Number,
    floor: Math.floor,
    charFromCode: String.fromCharCode,
    Promise,
    TypeError,
    Error,
    Map,
    Set,
    Date,
    Uint8Array,
    hasOwn: Object.prototype.hasOwnProperty,
    slice: String.prototype.slice,
    lowerCase: String.prototype.toLowerCase,
    indexOf: String.prototype.indexOf,
    codeAt: String.prototype.charCodeAt,
    pointAt: String.prototype.codePointAt,
    bigintText: BigInt.prototype.toString,
    symbolText: Symbol.prototype.toString,
    dateText: Date.prototype.toISOString,
    mapSize: getter(Map.prototype, "size"),
    mapEach: Map.prototype.forEach,
    mapGet: Map.prototype.get,
    mapSet: Map.prototype.set,
    mapHas: Map.prototype.has,
    setSize: getter(Set.prototype, "size"),
    setEach: Set.prototype.forEach,
    setAdd: Set.prototype.add,
    sliceView: Uint8Array.prototype.slice,
    fromCodePoint: String.fromCodePoint,
  };
}

/** Whether `method` accepts `value` as its own kind of object: a brand check that no prototype can forge. */
export function hasBrand(n: Natives, method: (...given: never[]) => unknown, value: unknown): boolean {
  try {
    n.call(method, value);
    return true;
  } catch {
    return false;
  }
}

/** Errors of any realm-made class, without asking the object what it is. */
export function isError(n: Natives, value: unknown): value is Error {
  let at: unknown = value;
  for (let steps = 0; steps < 8 && typeof at === "object" && at !== null; steps++) {
    if (at === (n.Error.prototype as unknown)) return true;
    at = n.prototypeOf(at);
  }
  return false;
}

/** `text` cut to `limit` UTF-16 units. */
export function bounded(n: Natives, text: string, limit: number): string {
  return text.length <= limit ? text : n.call(n.slice, text, 0, limit);
}

/** Error as the guest would see it: `Name: message` and its stack; a hostile getter costs only its own text. */
export function errorText(n: Natives, error: unknown): string {
  try {
    if (!isError(n, error)) return bounded(n, `Uncaught ${formatValue(n, error, 0, { left: 4096 })}`, 4096);
    const stack = error.stack;
    if (typeof stack === "string" && stack.length > 0) return guestFrames(n, bounded(n, stack, 8192));
    return bounded(n, `${n.toText(error.name)}: ${n.toText(error.message)}`, 4096);
  } catch {
    return "Uncaught value that cannot be shown";
  }
}

/** A stack without the frames of this realm: they say nothing about the guest's program. */
function guestFrames(n: Natives, stack: string): string {
  let text = "";
  for (let at = 0; at < stack.length; ) {
    const found = n.call(n.indexOf, stack, "\n", at);
    const end = found < 0 ? stack.length : found + 1;
    const line = n.call(n.slice, stack, at, end);
    if (n.call(n.indexOf, line, "(sandbox:realm:") < 0) text += line;
    at = end;
  }
  return n.call(n.slice, text, -1) === "\n" ? n.call(n.slice, text, 0, -1) : text;
}

type Room = { left: number };

/** A value as text for the console, in the manner of node: nested to four levels, within `room.left` characters. */
export function formatValue(n: Natives, value: unknown, depth: number, room: Room): string {
  if (room.left <= 0) return "...";
  const text = typeof value === "object" && value !== null ? formatObject(n, value, depth, room) : formatPrimitive(n, value, depth);
  room.left -= text.length;
  return text;
}

function formatPrimitive(n: Natives, value: unknown, depth: number): string {
  if (typeof value === "string") return depth === 0 ? value : n.stringify(bounded(n, value, 10_000));
  if (typeof value === "bigint") return `${n.call(n.bigintText as () => string, value)}n`;
  if (typeof value === "symbol") return n.call(n.symbolText, value);
  if (typeof value === "function") return value.name && typeof value.name === "string" ? `[Function: ${value.name}]` : "[Function]";
  return n.toText(value);
}

function formatObject(n: Natives, value: object, depth: number, room: Room): string {
  if (isError(n, value)) return errorText(n, value);
  if (hasBrand(n, n.dateText, value)) return n.call(n.dateText, value);
  if (hasBrand(n, n.mapSize, value)) return formatCollection(n, value, depth, room, true);
  if (hasBrand(n, n.setSize, value)) return formatCollection(n, value, depth, room, false);
  if (depth > 3) return n.isArray(value) ? "[Array]" : "[Object]";
  return n.isArray(value) || n.isView(value)
    ? formatArray(n, value as unknown as unknown[], depth, room)
    : formatPlain(n, value as Record<string, unknown>, depth, room);
}

function formatArray(n: Natives, value: unknown[], depth: number, room: Room): string {
  let text = "";
  const count = value.length;
  for (let i = 0; i < count && i < 100 && room.left > 0; i++) text += (i ? ", " : " ") + formatValue(n, value[i], depth + 1, room);
  if (count > 100) text += `, ... ${count - 100} more items`;
  return count === 0 ? "[]" : `[${text} ]`;
}

function formatPlain(n: Natives, value: Record<string, unknown>, depth: number, room: Room): string {
  const keys = n.keys(value);
  let text = "";
  for (let i = 0; i < keys.length && i < 100 && room.left > 0; i++) {
    text += `${(i ? ", " : " ") + keys[i]!}: ${formatValue(n, value[keys[i]!], depth + 1, room)}`;
  }
  if (keys.length > 100) text += `, ... ${keys.length - 100} more`;
  return keys.length === 0 ? "{}" : `{${text} }`;
}

function formatCollection(n: Natives, value: object, depth: number, room: Room, isMap: boolean): string {
  if (depth > 3) return isMap ? "[Map]" : "[Set]";
  let text = "";
  let seen = 0;
  const each = (item: unknown, key: unknown) => {
    if (++seen > 100 || room.left <= 0) return;
    const shown = formatValue(n, item, depth + 1, room);
    text += (seen > 1 ? ", " : " ") + (isMap ? `${formatValue(n, key, depth + 1, room)} => ${shown}` : shown);
  };
  n.call(isMap ? n.mapEach : n.setEach, value, each);
  return `${isMap ? "Map" : "Set"}(${seen}) {${text} }`;
}

/** What the isolate is given of this file, as text. */
export const NATIVE_FUNCTIONS: readonly ((...given: never[]) => unknown)[] = [
  captureNatives,
  hasBrand,
  isError,
  bounded,
  errorText,
  guestFrames,
  formatValue,
  formatPrimitive,
  formatObject,
  formatArray,
  formatPlain,
  formatCollection,
];
