/** Those that answers are sent in, the smallest first. */
const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/** Of the header Accept-Encoding. A `*` asks for nothing in particular. */
export function accepts(header: string, encoding: Encoding): boolean {
  return header.split(',').some(part => {
    const [name, quality = ''] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    return name === encoding && !/^q=0(\.0*)?$/.test(quality);
  });
}

export function preferredEncoding(header: string | string[] | undefined): Encoding | undefined {
  return encodings.find(encoding => accepts(String(header ?? ''), encoding));
}
