import { hinder } from './hindrance.ts';
import type { Action } from './history.ts';
import type { Stage } from './stage.ts';

/** Does to the world what an action says. */
export async function act(action: Action, stage: Stage): Promise<void> {
  const { world, people, observer } = stage;
  switch (action.do) {
    case 'commit':
      world.git.commit(action.files, { message: action.words });
      return observer.moved();
    case 'force-push': {
      const back = observer.heads[Math.min(action.to, observer.heads.length - 1)];
      if (back === undefined) return;
      world.git.forcePush('main', back.commit);
      return observer.moved();
    }
    case 'handiwork':
      return people.do(action.work);
    case 'delete namespace':
      return people.deleteNamespace(action.name);
    case 'request':
      return stage.ask(action.request);
    case 'crash':
      return stage.operator?.crash();
    case 'stop':
      return await stage.restart();
    case 'pause':
      return stage.operator?.pause(action.ms);
    case 'lose store':
      return stage.loseStore();
    case 'tear store':
      return stage.tearStore();
    case 'older store':
      return stage.olderStore(action.by);
    case 'tear inventory':
      return stage.tearInventory();
    case 'lose power':
      return stage.losePower();
    case 'take snapshot':
      stage.snapshot = world.cluster.snapshot();
      return;
    case 'restore snapshot':
      if (stage.snapshot === undefined) return;
      stage.forgot = true;
      world.cluster.restore(stage.snapshot);
      return world.cluster.endWatches();
    case 'end watches':
      return world.cluster.endWatches();
    case 'compact':
      world.cluster.compact();
      return world.cluster.endWatches();
    case 'wall clock':
      return world.wall.jump(action.byMs);
    case 'hinder': {
      const end = hinder(action.hindrance, world);
      world.scheduler.after(action.ms, end);
      return;
    }
  }
}
