// Reduces the OpenAPI v3 documents of a real API server to what the model needs of them: types and kinds of lists.

interface Property {
  type?: string;
  format?: string;
  $ref?: string;
  allOf?: Property[];
  oneOf?: Property[];
  items?: Property;
  additionalProperties?: Property | boolean;
  properties?: Record<string, Property>;
  default?: unknown;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

export interface OpenApiDocument {
  components: { schemas: Record<string, Property> };
}

type Definitions = Record<string, Record<string, string>>;

/** Types of scalars that are definitions of their own in OpenAPI. */
const named: Record<string, string> = {
  Time: 'string',
  MicroTime: 'string',
  Quantity: 'quantity',
  IntOrString: 'int-or-string',
  FieldsV1: 'any',
  RawExtension: 'any',
  JSON: 'any',
  JSONSchemaProps: 'any',
  JSONSchemaPropsOrArray: 'any',
};

/** `roots` are kinds: `apps/v1/Deployment`, `/v1/Pod`. The notation is explained in `cluster/schemas.ts`. */
export function compactSchemas(documents: readonly OpenApiDocument[], roots: readonly string[]): Definitions {
  const all = new Map<string, Property>();
  for (const { components } of documents)
    for (const [name, schema] of Object.entries(components.schemas)) all.set(name, schema);
  const found: Definitions = {};
  const visit = (name: string): string => {
    const short = shortName(name);
    const scalar = named[short];
    if (scalar !== undefined) return scalar;
    const schema = all.get(name);
    if (schema?.properties === undefined) return schema?.type === 'object' ? 'any' : (schema?.type ?? 'any');
    if (found[short] === undefined) {
      const fields: Record<string, string> = {};
      found[short] = fields;
      for (const field of Object.keys(schema.properties).sort())
        fields[field] = notation(schema.properties[field] ?? {}, visit);
    }
    return `${schema['x-kubernetes-map-type'] === 'atomic' ? '!' : ''}${short}`;
  };
  for (const [name, schema] of all) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
    if (kinds.some(({ group, version, kind }) => roots.includes(`${group}/${version}/${kind}`))) visit(name);
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function notation(property: Property, visit: (name: string) => string): string {
  const ref = property.$ref ?? property.allOf?.[0]?.$ref;
  const isAtomic = property['x-kubernetes-map-type'] === 'atomic';
  if (ref !== undefined) {
    const type = visit(ref.replace('#/components/schemas/', ''));
    return isAtomic && !type.startsWith('!') ? `!${type}` : type;
  }
  if (property.items !== undefined) {
    const keys = property['x-kubernetes-list-map-keys'] ?? [];
    const kind = property['x-kubernetes-list-type'];
    const list = kind === 'map' ? keys.join(',') : kind === 'set' ? 'set' : '';
    return `[${list}]${notation(property.items, visit)}`;
  }
  if (typeof property.additionalProperties === 'object')
    return `${isAtomic ? '!' : ''}{}${notation(property.additionalProperties, visit)}`;
  if (property.oneOf !== undefined && property.type === undefined) return 'int-or-string';
  return property.type === undefined || property.type === 'object' ? 'any' : property.type;
}

/** `io.k8s.api.core.v1.Pod` → `Pod` */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
