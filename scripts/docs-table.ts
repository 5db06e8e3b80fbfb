/** The parts of a JSON Schema that a reference needs. */
interface Node {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  anyOf?: Node[];
  additionalProperties?: boolean | Node;
}

interface Row {
  field: string;
  type: string;
  preset: string;
  description: string;
}

/** All fields as a Markdown table. Fields with the same fields below them as others before are told by reference to those. */
export function fieldTable(schema: Node): string {
  const rows: Row[] = [];
  collect(schema, '', rows, new Map());
  const lines = rows.map(
    ({ field, type, preset, description }) => `| \`${field}\` | ${type} | ${preset} | ${cell(description)} |`,
  );
  return ['| Field | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...lines, ''].join('\n');
}

function collect(node: Node, prefix: string, rows: Row[], seen: Map<string, string>): void {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const { inner, suffix } = contentOf(field);
    const shape = JSON.stringify(inner.properties ?? null);
    const same = inner.properties && Object.keys(inner.properties).length > 2 ? seen.get(shape) : undefined;
    const description = [field.description ?? inner.description ?? '', same ? `Fields as in \`${same}\`.` : '']
      .filter(Boolean)
      .join(' ');
    rows.push({
      field: path + suffix,
      type: typeOf(field),
      preset: presetOf(field, node.required?.includes(name) ?? false),
      description,
    });
    if (same || !inner.properties) continue;
    seen.set(shape, path + suffix);
    collect(inner, path + suffix, rows, seen);
  }
}

/** What is inside lists and choices: the mapping that has fields, if any. */
function contentOf(node: Node): { inner: Node; suffix: string } {
  if (node.items) {
    const { inner, suffix } = contentOf(node.items);
    return { inner, suffix: `[]${suffix}` };
  }
  const choice = node.anyOf?.find(({ properties }) => properties !== undefined);
  return { inner: choice ?? node, suffix: '' };
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum) return node.enum.length > 8 ? 'text' : node.enum.map(value => `\`${String(value)}\``).join(' or ');
  if (node.anyOf) return [...new Set(node.anyOf.map(typeOf))].join(' or ');
  if (node.type === 'array') return `list of ${typeOf(node.items ?? {})}`;
  if (node.type === 'string') return 'text';
  if (node.type === 'object') return 'mapping';
  return Array.isArray(node.type) ? node.type.join(' or ') : (node.type ?? 'anything');
}

function presetOf(node: Node, required: boolean): string {
  if (required && node.default === undefined) return 'required';
  const { default: preset } = node;
  const isEmpty =
    preset === undefined ||
    preset === '' ||
    (typeof preset === 'object' && preset !== null && Object.keys(preset).length === 0);
  return isEmpty ? '' : `\`${typeof preset === 'string' ? preset : JSON.stringify(preset)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
