import { z } from 'zod';

const known = new WeakMap<z.ZodType, Record<string, unknown>>();

/** JSON Schema of what is written (before defaults and units are filled in). */
export function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const found = known.get(schema) ?? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  known.set(schema, found);
  return found;
}
