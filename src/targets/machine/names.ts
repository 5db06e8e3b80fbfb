/** One path segment for any name: letters, digits, `.`, `_`, `-` as they are, the rest as `%XX`; never `.`, `..` or hidden. */
export function segment(name: string): string {
  const safe = [...Buffer.from(name)].map(byte => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9._-]/.test(char) ? char : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  });
  return safe.join('').replace(/^\./, '%2E');
}
