/** Colours for a terminal that takes them. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  busy(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

const plain = (text: string) => text;
export const plainStyle: Style = { good: plain, bad: plain, busy: plain, faint: plain, strong: plain };

function sgr(code: number): (text: string) => string {
  return text => (text === '' ? '' : `\u001b[${code}m${text}\u001b[0m`);
}
export const colourStyle: Style = { good: sgr(32), bad: sgr(31), busy: sgr(33), faint: sgr(2), strong: sgr(1) };

/** What follows an escape character: CSI, OSC (its end is a control character), or a short one. */
const sequence = /^(?:\[[0-?]*[ -/]*[@-~]|\][^\p{Cc}]*|[ -/]*[0-~]?)/u;
const colour = /^\[[\d;]*m/;
/** Controls but tab and line end, and what turns the direction of text. */
const unprintable = /[[\p{Cc}\u202a-\u202e\u2066-\u2069]--[\t\n]]/gv;

/**
 * Text of others (Git, the target, logs), fit for a terminal: what would move the cursor, set the title or clear the screen is
 * taken out, line ends stay. `colours` leaves colours in, as programs print them in logs.
 */
export function printable(text: string, { colours = false } = {}): string {
  const [first = '', ...escaped] = text.split('\u001b');
  const rest = escaped.map(part => {
    const kept = colours ? (colour.exec(part)?.[0] ?? '') : '';
    const shown = part.slice(sequence.exec(part)?.[0].length).replace(unprintable, '');
    return kept === '' ? shown : `\u001b${kept}${shown}`;
  });
  return first.replace(unprintable, '') + rest.join('');
}

/** How wide it shows, colours not counted. */
export function widthOf(text: string): number {
  return [...printable(text)].length;
}
