export function show(text: string): void {
  // ruleid: document-write
  document.write(text);
  // ruleid: document-write
  window.document.writeln(text as string);
  // ruleid: document-write
  globalThis.document["write"]("<p>" + text);
  // ok: document-write
  document.body.textContent = text;
  // ok: document-write
  process.stdout.write(text);
}

export function own(page: { write(text: string): void }): void {
  // ok: document-write
  page.write("mine");
}
