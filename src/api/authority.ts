import type { Access } from '../access/access.ts';
import type { AuditRecord } from '../access/audit/record.ts';
import type { Decision } from '../access/policy/policy.ts';
import type { Subject } from '../access/subject.ts';
import type { ResourceAct } from '../apply/act.ts';
import { failure } from '../errors.ts';
import type { ResourceKey } from '../model/resource.ts';
import type { Event } from '../model/status.ts';
import type { Operator } from '../reconcile/operator.ts';
import type { May } from './list-schemas.ts';
import { actionOf, actNeeds, type Need, type Right } from './rights.ts';

/** The parts of a request that name what it is about. */
export interface Asked {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: Record<string, unknown>;
}

/** No project is called so: only what is allowed for all projects is allowed for it. */
const everyProject = '*';

/** The one authorization function of the API, and what lists and streams leave out. */
export class Authority {
  readonly #access: Access;
  readonly #operator: Operator;

  constructor(access: Access, operator: Operator) {
    this.#access = access;
    this.#operator = operator;
  }

  /**
   * Throws …_NOT_FOUND for what the subject may not see, in the words for what is not there; ACCESS_DENIED for what it may not do.
   * `told`: of each decision about what it may do, before that.
   */
  authorize(subject: Subject, right: Right, asked: Asked, told: (decision: Decision) => void = () => {}): void {
    if (right === 'anyone' || right === 'recognised') return;
    const { otherwise, also } = right;
    const isNamed = right.of !== 'application' || applicationIn(asked) !== undefined;
    const need: Need = !isNamed && otherwise !== undefined ? otherwise : right;
    const object = this.#visible(subject, need, asked, told);
    if (need.of === 'account' && object === subject.name) return;
    const action = actionOf(need, String(asked.params.key));
    for (const one of also?.when(asked.body) === true ? [action, also.action] : [action]) {
      const decision = this.#access.decide(subject, need.resource, one, object);
      told(decision);
      if (decision.allowed) continue;
      throw failure('ACCESS_DENIED', { subject: subject.name, action: one, resource: need.resource, object });
    }
  }

  /** Whether lists and streams show an application of this name and project. */
  sees(subject: Subject, name: string, project: string): boolean {
    return this.#access.may(subject, 'applications', 'get', `${project}/${name}`);
  }

  /** As the route of logs asks it: for as long as they are read. */
  mayReadLogs(subject: Subject, name: string, project: string): boolean {
    return this.sees(subject, name, project) && this.#access.may(subject, 'logs', 'get', `${project}/${name}`);
  }

  /** What of the actions that are offered for an application would be allowed. */
  may(subject: Subject, name: string, project: string): May {
    const can = (action: string) => this.#access.may(subject, 'applications', action, `${project}/${name}`);
    const override = can('override');
    return {
      ...{
        propose: can('propose'),
        sync: can('sync'),
        rollback: can('rollback'),
        override,
        suspend: override,
        delete: can('delete'),
      },
      logs: this.mayReadLogs(subject, name, project),
    };
  }

  /** Which of these acts on one of its resources would be allowed. */
  mayAct(subject: Subject, object: string, key: ResourceKey, acts: readonly ResourceAct[]): ResourceAct[] {
    return acts.filter(act => this.#access.may(subject, 'applications', actionOf(actNeeds[act], key), object));
  }

  /** By the project of that time. Where that is not known, by the present one; where there is none, by all of them. */
  seesEvent(subject: Subject, { application, project }: Event): boolean {
    return this.sees(subject, application, project ?? this.#projectOf(application) ?? everyProject);
  }

  /** By the project of that time; of one that is not known any more, only who sees all of them sees something. */
  seesRecord(subject: Subject): (record: Pick<AuditRecord, 'application' | 'project'>) => boolean {
    const all = this.seesEnvironment(subject);
    return ({ application, project }) => {
      if (application !== undefined) return this.sees(subject, application, project ?? everyProject);
      return project === undefined ? all : this.seesProject(subject, project);
    };
  }

  seesProject(subject: Subject, project: string): boolean {
    return this.#access.may(subject, 'projects', 'get', project);
  }

  seesRepository(subject: Subject, url: string): boolean {
    return this.#access.may(subject, 'repositories', 'get', url);
  }

  seesEnvironment(subject: Subject): boolean {
    return this.#access.may(subject, 'targets', 'get', this.#operator.environment().name);
  }

  /** The object's name, if the subject may know of it. */
  #visible(subject: Subject, { of }: Need, asked: Asked, told: (decision: Decision) => void): string {
    switch (of) {
      case 'application': {
        const name = applicationIn(asked) ?? '';
        const project = this.#projectOf(name);
        if (project === undefined) throw failure('APP_NOT_FOUND', { name });
        const seen = this.#access.decide(subject, 'applications', 'get', `${project}/${name}`);
        if (seen.allowed) return `${project}/${name}`;
        told(seen);
        throw failure('APP_NOT_FOUND', { name });
      }
      case 'project': {
        const project = String(asked.body.project);
        if (!this.#access.hasProject(project) || !this.seesProject(subject, project))
          throw failure('PROJECT_NOT_FOUND', { project });
        return project;
      }
      case 'token': {
        const id = String(asked.params.id);
        const project = this.#access.tokens.find(id)?.project;
        if (project === undefined || !this.seesProject(subject, project)) throw failure('TOKEN_NOT_FOUND', { id });
        return project;
      }
      case 'account':
        return String(asked.query.subject);
      // Whether there is such an account is nothing that the answer says: it may be made.
      case 'person':
        return String(asked.params.name);
      case 'environment':
        return this.#operator.environment().name;
    }
  }

  #projectOf(name: string): string | undefined {
    try {
      return this.#operator.projectOf(name);
    } catch {
      return undefined;
    }
  }
}

function applicationIn({ params, body }: Asked): string | undefined {
  const name = params.name ?? body.application;
  return typeof name === 'string' ? name : undefined;
}
