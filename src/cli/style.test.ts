import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, widthOf } from './style.ts';
import { facts, table } from './table.ts';

describe('text of others', () => {
  it.each([
    ['plain – ünï 🚀\ttab\nline', 'plain – ünï 🚀\ttab\nline'],
    ['clear \u001b[2J\u001b[Hscreen', 'clear screen'],
    ['title \u001b]0;evil\u0007 set', 'title  set'],
    ['title \u001b]0;evil\u001b\\ set', 'title  set'],
    ['link \u001b]8;;https://evil\u001b\\text\u001b]8;;\u001b\\', 'link text'],
    ['over\rwritten \b\b', 'overwritten '],
    ['8 bit \u009b2J', '8 bit 2J'],
    ['turned \u202etxt.exe', 'turned txt.exe'],
    ['end \u001b', 'end '],
    ['red \u001b[31mtext\u001b[0m', 'red text'],
  ])('%j', (text, shown) => expect(printable(text)).toBe(shown));

  it('may keep colours, and nothing else', () => {
    expect(printable('\u001b[1;31mred\u001b[0m \u001b[2J\u001b[3Aup', { colours: true })).toBe(
      '\u001b[1;31mred\u001b[0m up',
    );
  });

  it('has no control character left, whatever it was', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.constantFrom('\u001b', '\u001b[', '\u001b]', '\u0007', '\u009b'),
    );
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const control = /[[\p{Cc}]--[\t\n]]/v;
        expect(printable(pieces.join(''))).not.toMatch(control);
        const [first, ...escaped] = printable(pieces.join(''), { colours: true }).split('\u001b');
        expect([first, ...escaped].join('')).not.toMatch(control);
        for (const part of escaped) expect(part).toMatch(/^\[[\d;]*m/);
      }),
    );
  });
});

describe('tables', () => {
  it('align what shows, not what is written', () => {
    expect(
      table(
        ['A', 'LONG'],
        [
          ['\u001b[31mred\u001b[0m', 'x'],
          ['longer', 'ü'],
        ],
      ),
    ).toBe('A       LONG\n\u001b[31mred\u001b[0m     x\nlonger  ü');
  });

  it('keep each row on one line', () => {
    expect(table(['A'], [['two\n  lines']])).toBe('A\ntwo lines');
  });

  it('leave out facts without a value', () => {
    expect(
      facts([
        ['Name', 'shop'],
        ['Pinned', ''],
        ['Sync', 'x'],
      ]),
    ).toBe('Name  shop\nSync  x');
  });

  it('know the width of coloured text', () => expect(widthOf('\u001b[31m✓ red\u001b[0m')).toBe(5));
});
