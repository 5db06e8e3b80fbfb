import type { Subject } from '../subject.ts';
import type { Resource } from '../words.ts';
import type { Grant, Place, Rule } from './parse.ts';

export interface Decision {
  allowed: boolean;
  /** The line that decided; undefined when none says anything. */
  place?: Place;
  /** From the subject to the one that the line is about: `appops`, `team-a`, `role:dev`. */
  through: readonly string[];
}

/** The rules for somebody about one resource, by what their objects begin or end with: few of them are looked at for one object. */
interface Shelf {
  /** By the project (or the whole name) that the object must begin with. */
  byProject: Map<string, Rule[]>;
  /** By the name that must follow the last `/` of the object. */
  byName: Map<string, Rule[]>;
  others: Rule[];
  /** Where there are many others: what was decided lately, as lists ask the same again and again. */
  decided: Map<string, Decision>;
}

/** What holds for one name with its groups and roles. */
interface Identity {
  /** How each name was come to. */
  through: ReadonlyMap<string, readonly string[]>;
  shelves: Map<Resource, Shelf>;
}

/** To look at so many is as fast as to remember. */
const fewOthers = 8;
const maxDecided = 20_000;
const maxIdentities = 10_000;

/** A whole policy, ready to decide. Pure: the same question always has the same answer, whatever the order of its lines. */
export class Policy {
  readonly #rules = new Map<string, Rule[]>();
  readonly #roles = new Map<string, string[]>();
  readonly #everyone: readonly string[];
  readonly #identities = new Map<string, Identity>();

  /** `defaults`: roles that everybody has who is somebody. */
  constructor(rules: readonly Rule[], grants: readonly Grant[], defaults: readonly string[] = []) {
    for (const rule of rules) push(this.#rules, rule.subject, rule);
    for (const { member, role } of grants) push(this.#roles, member, role);
    this.#everyone = defaults;
  }

  /** Allowed when a line allows it and none denies it, of all lines for the subject, its groups and its roles together. */
  decide(subject: Pick<Subject, 'name' | 'groups'>, resource: Resource, action: string, object: string): Decision {
    const { shelves, through } = this.#identity(subject);
    const shelf = shelves.get(resource);
    if (shelf === undefined) return nothingSaid;
    if (shelf.others.length <= fewOthers) return look(shelf, through, action, object);
    const key = `${action}\0${object}`;
    const known = shelf.decided.get(key);
    if (known !== undefined) return known;
    if (shelf.decided.size >= maxDecided) shelf.decided.clear();
    const decision = look(shelf, through, action, object);
    shelf.decided.set(key, decision);
    return decision;
  }

  /** Whether the subject is, or is a member of, this. */
  has(subject: Pick<Subject, 'name' | 'groups'>, role: string): boolean {
    return this.#identity(subject).through.has(role);
  }

  /** What the subject is a member of, its own groups left out that are no roles; with the way to each. */
  rolesOf(subject: Pick<Subject, 'name' | 'groups'>): { name: string; through: readonly string[] }[] {
    const ways = [...this.#identity(subject).through].map(([name, through]) => ({ name, through }));
    const isGroup = (name: string) => subject.groups.includes(name) && !name.startsWith('role:');
    return ways.filter(({ name }) => name !== subject.name && !isGroup(name));
  }

  /** Whether a line allows this for some object. What is denied of it is not looked at: it is for offering, not for deciding. */
  allowsSome(subject: Pick<Subject, 'name' | 'groups'>, resource: Resource, action: string): boolean {
    const shelf = this.#identity(subject).shelves.get(resource);
    if (shelf === undefined) return false;
    const rules = [...shelf.byProject.values(), ...shelf.byName.values(), shelf.others].flat();
    return rules.some(({ allow, action: allowed }) => allow && allowed.matches(action));
  }

  #identity({ name, groups }: Pick<Subject, 'name' | 'groups'>): Identity {
    const key = groups.length === 0 ? name : JSON.stringify([name, ...groups]);
    const known = this.#identities.get(key);
    if (known !== undefined) return known;
    if (this.#identities.size >= maxIdentities) this.#identities.clear();
    const through = this.#reach(name, groups);
    const shelves = new Map<Resource, Shelf>();
    for (const subject of through.keys()) {
      for (const rule of this.#rules.get(subject) ?? []) shelve(shelves, rule);
    }
    const identity: Identity = { through, shelves };
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
}

const nothingSaid: Decision = { allowed: false, through: [] };

function look(shelf: Shelf, through: Identity['through'], action: string, object: string): Decision {
  let allowing: Rule | undefined;
  for (const rules of [shelf.byProject.get(beforeSlash(object)), shelf.byName.get(afterSlash(object)), shelf.others]) {
    for (const rule of rules ?? []) {
      if (rule.allow && allowing !== undefined) continue;
      if (rule.project !== undefined && !object.startsWith(`${rule.project}/`)) continue;
      if (!rule.action.matches(action) || !rule.object.matches(object)) continue;
      if (!rule.allow) return { allowed: false, place: rule.place, through: through.get(rule.subject) ?? [] };
      allowing = rule;
    }
  }
  if (allowing === undefined) return nothingSaid;
  return { allowed: true, place: allowing.place, through: through.get(allowing.subject) ?? [] };
}

function shelve(shelves: Map<Resource, Shelf>, rule: Rule): void {
  for (const resource of rule.resources) {
    const empty = { byProject: new Map(), byName: new Map(), others: [], decided: new Map() };
    const shelf: Shelf = shelves.get(resource) ?? empty;
    shelves.set(resource, shelf);
    const { literal, prefix, suffix } = rule.object;
    if (literal || prefix.includes('/')) push(shelf.byProject, beforeSlash(prefix), rule);
    else if (suffix.includes('/')) push(shelf.byName, afterSlash(suffix), rule);
    else shelf.others.push(rule);
  }
}

function beforeSlash(text: string): string {
  const slash = text.indexOf('/');
  return slash < 0 ? text : text.slice(0, slash);
}

function afterSlash(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
