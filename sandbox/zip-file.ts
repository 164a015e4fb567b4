/** Reads a ZIP archive that this machine's administrator put there (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

export type ZipEntry = {
  readonly name: string;
  /** Compression method: 0 or 8 here. */
  readonly method: number;
  readonly compressedSize: number;
  readonly headerAt: number;
};

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const HEADER_BYTES = 30;
const DEFLATED = 8;

/** The archive's own list of contents; the rest is not read. Throws when it is no archive, or one beyond 4 GiB. */
export function zipEntries(path: string): ZipEntry[] {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const tail = readAt(file, Math.max(0, size - END_BYTES - MAX_COMMENT), Math.min(size, END_BYTES + MAX_COMMENT));
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || tail.readUInt32LE(end) !== END_SIGNATURE) throw new Error(`\`${path}\` is not a ZIP archive`);
    return listed(readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12)), tail.readUInt16LE(end + 10));
  } finally {
    closeSync(file);
  }
}

function listed(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error("the archive's list of contents is broken");
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString("utf8", at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      headerAt: directory.readUInt32LE(at + 42),
    });
    at += ENTRY_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}

/** What an entry of the archive in `archive` contains. */
export function unpackEntry(archive: Buffer, { headerAt, method, compressedSize }: ZipEntry): Buffer {
  const start = headerAt + HEADER_BYTES + archive.readUInt16LE(headerAt + 26) + archive.readUInt16LE(headerAt + 28);
  const packed = archive.subarray(start, start + compressedSize);
  return method === DEFLATED ? inflateRawSync(packed) : packed;
}
