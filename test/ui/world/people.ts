/** Who commits in the demo world, and who signs in. */
export const people = {
  appdev: 'Shop team <appdev@example.invalid>',
  opsdev: 'Platform team <opsdev@example.invalid>',
  oncall: 'On call <oncall@example.invalid>',
} as const;

export type Person = keyof typeof people;

/** `ops` may do everything; `shop-dev` sees the project shop and may sync it; `reader` sees everything and does nothing. */
export const accounts = {
  ops: { password: 'calm and dense, text first', admin: true },
  'shop-dev': { password: 'only the shop, nothing else', admin: false },
  reader: { password: 'to look and not to touch', admin: false },
} as const;

export type AccountName = keyof typeof accounts;

export const policy = `
p, shop-dev, applications, get, shop/*, allow
p, shop-dev, applications, sync, shop/*, allow
p, shop-dev, logs, get, shop/*, allow
p, shop-dev, projects, get, shop, allow
g, reader, role:readonly
`;
