/** `/spec/containers/[name=web]/image` as people write it: `spec.containers[name=web].image`. A name with a dot in it is quoted. */
export function fieldPath(path: string): string {
  if (path === '') return '';
  const parts = path.split('/').slice(path.startsWith('/') ? 1 : 0);
  return parts.reduce((text, part) => {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^\[.*\]$/.test(name)) return text + name;
    if (!/^[\w-]+$/.test(name)) return `${text}["${name}"]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** What is long and has parts stands on lines of its own. */
export function readable(value: string): string {
  if (value.length <= 80 || !/^[[{]/.test(value)) return value;
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2);
  } catch {
    return value;
  }
}
