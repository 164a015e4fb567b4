/** What the web keeps data in: blobs, answers that are made here, streams. What goes in comes out, in order. */
export const WEB_OBJECTS = `
const _zlib = require("zlib");
const _textOf = (part) => typeof part === "string" ? part : Array.isArray(part) ? new TextDecoder().decode(part) : part?.pipeTo || part?.parts ? part.text() : part;
const _joined = (parts) => { if (parts.length === 1) return _textOf(parts[0]); let all = ""; for (const part of parts) all += _textOf(part); return all; };
class Blob {
  constructor(parts, options) { this.parts = parts ?? []; this.type = options?.type ?? ""; }
  text() { return _joined(this.parts); }
  arrayBuffer() { return this.parts.length === 1 ? this.parts[0] : _joined(this.parts); }
  bytes() { return this.arrayBuffer(); }
  stream() { return ReadableStream.from(this.parts); }
  slice() { return this; }
}
class File extends Blob { constructor(parts, name, options) { super(parts, options); this.name = name; } }
class Response {
  constructor(body, options) { this.body = body; this.status = options?.status ?? 200; this.ok = true; this.headers = new Headers(options?.headers); }
  text() { return _textOf(this.body); }
  json() { return JSON.parse(_textOf(this.body)); }
  arrayBuffer() { return this.body; }
  bytes() { return this.body; }
  blob() { return new Blob([this.body]); }
  clone() { return this; }
  static json(data, options) { return new Response(JSON.stringify(data), options); }
  static error() { return new Response(null, { status: 0 }); }
  static redirect(url, status) { return new Response(null, { status: status ?? 302, headers: { location: url } }); }
}
class ReadableStream {
  constructor(source) {
    this.chunks = []; this.source = source;
    this.controller = { enqueue: (chunk) => { this.chunks.push(chunk); }, close() {}, error() {} };
    if (source?.start) source.start(this.controller);
  }
  static from(list) { const made = new ReadableStream(); for (const one of list) made.chunks.push(one); return made; }
  all() { if (!this.pulled && this.source?.pull) { this.pulled = true; this.source.pull(this.controller); } return this.chunks; }
  text() { return _joined(this.all()); }
  getReader() { const list = this.all(); let at = 0; return { read: () => at < list.length ? { value: list[at++], done: false } : { value: undefined, done: true }, releaseLock() {}, cancel() {} }; }
  pipeTo(to) { const writer = to.getWriter(); for (const chunk of this.all()) writer.write(chunk); writer.close(); }
  pipeThrough(pair) { this.pipeTo(pair.writable); return pair.readable; }
  tee() { return [this, this]; }
  cancel() {}
  values() { return this.all(); }
  *[Symbol.iterator]() { yield* this.all(); }
}
class WritableStream {
  constructor(to) { this.to = to ?? {}; if (this.to.start) this.to.start({ error() {} }); }
  getWriter() { return this; }
  write(chunk) { if (this.to.write) this.to.write(chunk, { error() {} }); }
  close() { if (this.to.close) this.to.close(); }
  releaseLock() {} abort() {}
}
class TransformStream {
  constructor(how) {
    this.readable = new ReadableStream();
    const { controller } = this.readable;
    if (how?.start) how.start(controller);
    this.writable = new WritableStream({
      write(chunk) { if (how?.transform) how.transform(chunk, controller); else controller.enqueue(chunk); },
      close() { if (how?.flush) how.flush(controller); },
    });
  }
}
class DecompressionStream extends TransformStream {
  constructor(kind) { super({ transform(chunk, to) { const given = Buffer.from(chunk); to.enqueue(kind === "deflate-raw" ? _zlib.inflateRawSync(given) : _zlib.unzipSync(given)); } }); }
}
class TextDecoderStream extends TransformStream { constructor() { super({ transform(chunk, to) { to.enqueue(_textOf(chunk)); } }); } }
class TextEncoderStream extends TransformStream {}
function URL__createObjectURL(blob) { return "data:text/javascript," + encodeURIComponent(blob.text()); }
`;
