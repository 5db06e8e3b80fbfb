export interface Field {
  text: string;
  /** Where it begins in its line, from 1. */
  column: number;
}

/**
 * The fields of one line of comma-separated values. White space around a field does not count; one in double quotes may hold commas,
 * and quotes that are doubled.
 */
export function splitFields(line: string): Field[] | { column: number; reason: string } {
  const fields: Field[] = [];
  let at = 0;
  while (true) {
    while (/\s/.test(line[at] ?? '')) at++;
    const column = at + 1;
    let text: string;
    if (line[at] === '"') {
      const [quoted] = /^"(?:[^"]|"")*"/.exec(line.slice(at)) ?? [];
      if (quoted === undefined) return { column, reason: 'the quotes are not closed' };
      text = quoted.slice(1, -1).replaceAll('""', '"');
      at += quoted.length;
      while (/\s/.test(line[at] ?? '')) at++;
      if (at < line.length && line[at] !== ',')
        return { column: at + 1, reason: 'a comma is expected after the quotes' };
    } else {
      const end = line.indexOf(',', at);
      text = line.slice(at, end < 0 ? undefined : end).trimEnd();
      at = end < 0 ? line.length : end;
    }
    fields.push({ text, column });
    if (at >= line.length) return fields;
    at++;
  }
}
