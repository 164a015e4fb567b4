/** Writes a wheel as any archiver would: a ZIP archive of deflated files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";

type Part = { readonly name: Buffer; readonly crc: number; readonly packed: Buffer; readonly size: number };

/** `files`: path inside -> content. Returns the path of the wheel. */
export function makeWheel(directory: string, file: string, files: Readonly<Record<string, string | Buffer>>): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, file);
  writeFileSync(path, zip(Object.entries(files).map(([name, content]) => part(name, Buffer.from(content)))));
  return path;
}

function part(name: string, content: Buffer): Part {
  return { name: Buffer.from(name), crc: crc32(content), packed: deflateRawSync(content), size: content.length };
}

/** What the header of a file and its line in the list of contents have in common (PKWARE APPNOTE 6.3, section 4.4). */
function description({ name, crc, packed, size }: Part): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(8, 4);
  bytes.writeUInt16LE(0x21, 8);
  bytes.writeUInt32LE(crc, 10);
  bytes.writeUInt32LE(packed.length, 14);
  bytes.writeUInt32LE(size, 18);
  bytes.writeUInt16LE(name.length, 22);
  return bytes;
}

function zip(parts: readonly Part[]): Buffer {
  const files: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const each of parts) {
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), description(each), each.name, each.packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    list.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), description(each), rest, each.name);
    files.push(file);
    at += file.length;
  }
  const listed = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, listed, end]);
}
