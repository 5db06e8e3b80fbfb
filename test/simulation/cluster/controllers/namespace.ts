import type { Change } from '../store.ts';
import type { Tools } from './tools.ts';

const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Each namespace has an account and a certificate; one that is to go takes all that is in it first. */
export function namespaceController(tools: Tools) {
  const { store, kinds } = tools.server;

  return ({ resource, type, key, object }: Change) => {
    const name = resource === '/namespaces' ? object.metadata.name : key.slice(0, key.indexOf('/'));
    // Of what is in a namespace, only what is always there matters.
    if (
      resource !== '/namespaces' &&
      (type !== 'DELETED' || !/^(default|kube-root-ca\.crt)$/.test(object.metadata.name))
    )
      return;
    tools.later(`namespace ${name}`, 10, () => look(name));
  };

  function look(name: string): void {
    const namespace = store.get('/namespaces', `/${name}`);
    if (namespace === undefined) return;
    if (namespace.metadata.deletionTimestamp === undefined) furnish(name);
    else clear(name);
  }

  function furnish(name: string): void {
    const path = `/api/v1/namespaces/${name}`;
    if (store.get('/configmaps', `${name}/kube-root-ca.crt`) === undefined) {
      const metadata = { name: 'kube-root-ca.crt', annotations: { 'kubernetes.io/description': description } };
      tools.send('POST', `${path}/configmaps`, { metadata, data: { 'ca.crt': 'a certificate' } });
    }
    if (store.get('/serviceaccounts', `${name}/default`) === undefined)
      tools.send('POST', `${path}/serviceaccounts`, { metadata: { name: 'default' } });
  }

  function clear(name: string): void {
    let left = 0;
    for (const kind of [...kinds.all()]) {
      if (!kind.namespaced) continue;
      const resource = `${kind.group}/${kind.plural}`;
      const prefix = `${name}/`;
      const count = () => [...store.all(resource).keys()].filter(key => key.startsWith(prefix)).length;
      if (count() === 0) continue;
      const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
      tools.send('DELETE', `${base}/namespaces/${name}/${kind.plural}`);
      left += count();
    }
    const namespace = store.get('/namespaces', `/${name}`);
    if (namespace === undefined) return;
    // Something in it is held by a finalizer.
    if (left > 0) tools.later(`namespace ${name}`, 1_000, () => look(name));
    else tools.send('PUT', `/api/v1/namespaces/${name}/finalize`, { ...namespace, spec: { finalizers: [] } });
  }
}
