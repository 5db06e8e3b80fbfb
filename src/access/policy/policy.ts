import type { Subject } from '../subject.ts';
import { type Resource, resources } from '../words.ts';
import type { Grant, Place, Rule } from './parse.ts';

export interface Decision {
  allowed: boolean;
  /** The line that decided; undefined when none says anything. */
  place?: Place;
  /** From the subject to the one that the line is about: `ann`, `team-a`, `role:dev`. */
  through: readonly string[];
}

/** The rules for somebody about one resource, by what their objects begin with. */
interface Shelf {
  /** By the project (or the whole name) that the object must begin with. */
  byProject: Map<string, Rule[]>;
  others: Rule[];
}

/** What holds for one name with its groups and roles. */
interface Identity {
  /** How each name was come to. */
  through: ReadonlyMap<string, readonly string[]>;
  shelves: Map<Resource, Shelf>;
  decided: Map<string, Decision>;
}

/** Lists ask the same for every application each time: so many answers are kept, of all subjects together. */
const maxDecided = 200_000;
const maxIdentities = 10_000;

/** A whole policy, ready to decide. Pure: the same question always has the same answer, whatever the order of its lines. */
export class Policy {
  readonly #rules = new Map<string, Rule[]>();
  readonly #roles = new Map<string, string[]>();
  readonly #everyone: readonly string[];
  readonly #identities = new Map<string, Identity>();
  #decided = 0;

  /** `defaults`: roles that everybody has who is somebody. */
  constructor(rules: readonly Rule[], grants: readonly Grant[], defaults: readonly string[] = []) {
    for (const rule of rules) push(this.#rules, rule.subject, rule);
    for (const { member, role } of grants) push(this.#roles, member, role);
    this.#everyone = defaults;
  }

  /** Allowed when a line allows it and none denies it, of all lines for the subject, its groups and its roles together. */
  decide(subject: Pick<Subject, 'name' | 'groups'>, resource: Resource, action: string, object: string): Decision {
    const identity = this.#identity(subject);
    const key = `${resource}\0${action}\0${object}`;
    const known = identity.decided.get(key);
    if (known !== undefined) return known;
    if (this.#decided >= maxDecided) this.#forget();
    const decision = this.#look(identity, resource, action, object);
    identity.decided.set(key, decision);
    this.#decided += 1;
    return decision;
  }

  #look({ shelves, through }: Identity, resource: Resource, action: string, object: string): Decision {
    const shelf = shelves.get(resource);
    if (shelf === undefined) return { allowed: false, through: [] };
    const project = resources[resource].perProject ? beforeSlash(object) : undefined;
    let allowing: Rule | undefined;
    for (const rules of [shelf.byProject.get(project ?? object), shelf.others]) {
      for (const rule of rules ?? []) {
        if (rule.allow && allowing !== undefined) continue;
        if (rule.project !== undefined && !object.startsWith(`${rule.project}/`)) continue;
        if (!rule.action.matches(action) || !rule.object.matches(object)) continue;
        if (!rule.allow) return { allowed: false, place: rule.place, through: through.get(rule.subject) ?? [] };
        allowing = rule;
      }
    }
    if (allowing === undefined) return { allowed: false, through: [] };
    return { allowed: true, place: allowing.place, through: through.get(allowing.subject) ?? [] };
  }

  #identity({ name, groups }: Pick<Subject, 'name' | 'groups'>): Identity {
    const key = groups.length === 0 ? name : JSON.stringify([name, ...groups]);
    const known = this.#identities.get(key);
    if (known !== undefined) return known;
    if (this.#identities.size >= maxIdentities) this.#forget();
    const through = this.#reach(name, groups);
    const shelves = new Map<Resource, Shelf>();
    for (const subject of through.keys()) {
      for (const rule of this.#rules.get(subject) ?? []) shelve(shelves, rule);
    }
    const identity: Identity = { through, shelves, decided: new Map() };
    this.#identities.set(key, identity);
    return identity;
  }

  /** The name, its groups, and every role that they lead to; in this order, the nearest first. */
  #reach(name: string, groups: readonly string[]): Map<string, readonly string[]> {
    const through = new Map<string, readonly string[]>([[name, [name]]]);
    for (const other of [...groups, ...this.#everyone]) if (!through.has(other)) through.set(other, [name, other]);
    for (const [member, way] of through) {
      for (const role of this.#roles.get(member) ?? []) if (!through.has(role)) through.set(role, [...way, role]);
    }
    return through;
  }

  #forget(): void {
    this.#identities.clear();
    this.#decided = 0;
  }
}

function shelve(shelves: Map<Resource, Shelf>, rule: Rule): void {
  for (const resource of rule.resources) {
    const shelf: Shelf = shelves.get(resource) ?? { byProject: new Map(), others: [] };
    shelves.set(resource, shelf);
    const { literal, text, prefix } = rule.object;
    const { perProject } = resources[resource];
    const beginsWithProject = perProject && prefix.includes('/');
    if (beginsWithProject) push(shelf.byProject, beforeSlash(prefix), rule);
    else if (literal && !perProject) push(shelf.byProject, text, rule);
    else shelf.others.push(rule);
  }
}

function beforeSlash(text: string): string {
  const slash = text.indexOf('/');
  return slash < 0 ? text : text.slice(0, slash);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
