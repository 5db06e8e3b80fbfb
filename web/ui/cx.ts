/** Class names of which some depend: `cx('a', isOn && 'b')`. */
export function cx(...names: (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
