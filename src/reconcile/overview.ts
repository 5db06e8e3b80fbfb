import type { HoldfastError } from '../errors.ts';
import type { Application, Project } from '../model/application.ts';
import type { TargetState } from '../targets/target.ts';
import type { Controller } from './controller.ts';
import { type DeclaredSettings, readDeclaredSettings } from './declared-settings.ts';
import type { UsedRepositories } from './used-repositories.ts';

/** The surroundings of applications, from memory: what they are allowed, where they come from and where they go. */
export interface Overview {
  /** What automation does for it, suspensions left aside; undefined where a person starts each sync. */
  automation(application: string): { prune: boolean; selfHeal: boolean } | undefined;
  /** Declared ones, and those that applications name though they are not. */
  projects(): ProjectFacts[];
  repositories(): RepositoryFacts[];
  target(signal: AbortSignal): Promise<TargetFacts>;
  /** What Git says of the environment itself, with the lines that say it. */
  settings(signal: AbortSignal): Promise<DeclaredSettings>;
}

export interface ProjectFacts {
  name: string;
  project?: Project;
}

export interface RepositoryFacts {
  url: string;
  kind: 'git' | 'chart';
  own: boolean;
  checkedAt?: number;
  trouble?: { error: HoldfastError; since: number };
  /** By whom it is used, and what they have of it now. */
  users: { application: string; project: string; locked?: { from: string; revision: string } }[];
}

export interface TargetFacts extends Partial<TargetState> {
  /** `''` while it does not answer. */
  version: string;
  server: string;
}

export function createOverview(controller: Controller, used: UsedRepositories): Overview {
  const { target } = controller.services;

  function repositories(): RepositoryFacts[] {
    const found = new Map<string, RepositoryFacts>();
    const add = (url: string, facts: () => RepositoryFacts) => {
      const known = found.get(url) ?? facts();
      found.set(url, known);
      return known;
    };
    const git = ({ url, checkedAt }: UsedRepositories['own']) =>
      add(url, () => {
        const trouble = used.trouble(url);
        const seen = checkedAt === undefined ? {} : { checkedAt };
        return { url, kind: 'git', own: url === used.own.url, ...seen, ...(trouble && { trouble }), users: [] };
      });
    const chart = (url: string) =>
      add(url, () => ({ url, kind: 'chart', own: false, ...controller.locks.chartsOf(url), users: [] }));
    git(used.own);
    for (const application of controller.catalog.applications.values()) {
      for (const [i, source] of application.sources.entries()) {
        const repository = source.chart === undefined ? used.of(source) : undefined;
        if (source.chart === undefined && repository === undefined) continue;
        const facts = repository === undefined ? chart(source.repoURL) : git(repository);
        facts.users.push(userOf(application, controller, i));
      }
    }
    return [...found.values()];
  }

  function projects(): ProjectFacts[] {
    const { catalog } = controller;
    const names = [...catalog.applications.values()].map(({ project }) => project);
    return [...new Set([...catalog.projects.keys(), ...names])].toSorted().map(name => {
      const project = catalog.projects.get(name);
      return project === undefined ? { name } : { name, project };
    });
  }

  return {
    automation: name => controller.catalog.applications.get(name)?.policy.automated,
    projects,
    repositories,
    async target(signal) {
      const state = target.state?.();
      // From memory once it has answered; while it does not, nobody waits for it.
      const { kubeVersion } = state?.reachable === false ? { kubeVersion: '' } : await target.capabilities(signal);
      return { ...state, version: kubeVersion, server: target.server };
    },
    settings: signal => readDeclaredSettings(controller.services, used.own, signal),
  };
}

function userOf({ name: application, project }: Application, controller: Controller, source: number) {
  const locked = controller.find(application)?.declared?.lock.sources[source];
  const of = { application, project };
  return locked === undefined ? of : { ...of, locked: { from: locked.from, revision: locked.revision } };
}
