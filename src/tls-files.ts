/** Certificate and key for HTTPS: read at the start, and again when a renewal has replaced them. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { StartError } from "./start-error.ts";

export type Pem = { readonly cert: Buffer; readonly key: Buffer };
export type TlsFiles = { readonly cert: string; readonly key: string; readonly pem: Pem };

/** How often the files are looked at, in ms. */
const LOOK_MS = 2_000;

/** Null when none are configured. Throws StartError when the files cannot be read or do not belong together. */
export function readTlsFiles({ cert_file, key_file }: { cert_file: string | null; key_file: string | null }, cwd: string): TlsFiles | null {
  if (cert_file === null || key_file === null) return null;
  const [cert, key] = [resolve(cwd, cert_file), resolve(cwd, key_file)];
  return { cert, key, pem: readPair(cert, key) };
}

function readPair(certFile: string, keyFile: string): Pem {
  const pem = { cert: readPem("server.tls.cert_file", certFile), key: readPem("server.tls.key_file", keyFile) };
  try {
    createSecureContext(pem);
  } catch (error) {
    const detail = `${certFile} and ${keyFile} cannot be used for TLS (${(error as Error).message})`;
    throw new StartError("tls_broken", `${detail}: give a PEM certificate chain and the PEM private key that belongs to it`, error);
  }
  return pem;
}

function readPem(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError("tls_broken", `\`${setting}\`: cannot read ${file} (${code}): check the path and who may read it`, error);
  }
}

/** Calls `use` with each new pair that belongs together; another one is reported, and the old one stays. */
export function watchTlsFiles(
  files: TlsFiles,
  use: (pem: Pem) => void,
  log: { info(message: string): void; error(message: string): void },
): () => void {
  let current = files.pem;
  let reported = "";
  const look = () => {
    try {
      const pem = readPair(files.cert, files.key);
      reported = "";
      if (pem.cert.equals(current.cert) && pem.key.equals(current.key)) return;
      use(pem);
      current = pem;
      log.info("the TLS certificate was read again");
    } catch (error) {
      // A renewal replaces one file after the other: the next look sees both.
      const { message } = error as Error;
      if (message !== reported) log.error(`the TLS certificate stays as it was: ${message}`);
      reported = message;
    }
  };
  const looking = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(looking);
}
