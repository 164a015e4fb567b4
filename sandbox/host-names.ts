/** Which host names a grant means. */

/** `*.example.com` means every name below, not the name itself. */
export function matchesHost(entry: string, host: string): boolean {
  const wanted = entry.toLowerCase();
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1 : host === wanted;
}
