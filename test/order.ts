import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Those that take longest, longest first, and beside what needs both cores what mostly waits: whatever is begun last is done
 * by one worker alone.
 */
export const longest: readonly string[] = [
  'test/simulation/simulation.test.ts',
  'test/scenarios/promises/idle.test.ts',
  'test/scenarios/machine-delivery/killed.test.ts',
  'test/scenarios/promises/killed-anywhere.test.ts',
  'test/scenarios/machine/adoption.test.ts',
  'test/attacks/git.test.ts',
  'test/scenarios/faults/git-mirror-damage.test.ts',
  'test/simulation/bugs/hunt.test.ts',
  'test/attacks/render-dos.test.ts',
  'test/scenarios/machine/stable.test.ts',
  'test/scenarios/promises/rebuilt-from-git.test.ts',
  'test/scenarios/faults/renderer-killed.test.ts',
  'test/scenarios/start/demo.test.ts',
  'test/scenarios/faults/machine-faults.test.ts',
  'test/ui/person.test.ts',
  'test/ui/places.test.ts',
];

/** The longest first, also where no run before this one has told how long each takes. */
export class LongestFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(specs), ({ project }) => project.name);
    return [...byProject.values()].flatMap(some => some.toSorted((a, b) => this.#rank(a) - this.#rank(b)));
  }

  #rank({ moduleId }: TestSpecification): number {
    const place = longest.indexOf(relative(this.ctx.config.root, moduleId));
    return place < 0 ? longest.length : place;
  }
}
