/** What the tests need of kube-controller-manager; there are no nodes, so nothing that looks after them. */
export const standardControllers = [
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemonset-controller',
  'deployment-controller',
  'disruption-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'horizontal-pod-autoscaler-controller',
  'job-controller',
  'namespace-controller',
  'persistentvolume-binder-controller',
  'replicaset-controller',
  'resourcequota-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
  'statefulset-controller',
  'ttl-after-finished-controller',
  'validatingadmissionpolicy-status-controller',
] as const;

type Flags = Record<string, string | number | boolean>;

// All paths are relative to the directory of the control plane, where the three programs run.
// etcd wants a host and a port even for a Unix socket: the two together are the socket's name.
const clientSocket = 'client:0';
const peerSocket = 'peer:0';

export function etcdFlags(): string[] {
  return flags({
    'data-dir': 'etcd',
    name: 'world',
    'unsafe-no-fsync': true,
    'listen-client-urls': `unix://${clientSocket}`,
    'advertise-client-urls': `unix://${clientSocket}`,
    'listen-peer-urls': `unix://${peerSocket}`,
    'initial-advertise-peer-urls': `unix://${peerSocket}`,
    'initial-cluster': `world=unix://${peerSocket}`,
    // The only member need not wait long for others before it elects itself.
    'heartbeat-interval': 20,
    'election-timeout': 100,
    'log-level': 'warn',
  });
}

export function apiServerFlags(directory: string, port: number): string[] {
  return flags({
    'etcd-servers': `unix://${directory}/${clientSocket}`,
    'secure-port': port,
    'bind-address': '127.0.0.1',
    // The service "kubernetes" may not have a loopback address as its endpoint, so it has none.
    'advertise-address': '127.0.0.1',
    'endpoint-reconciler-type': 'none',
    'service-cluster-ip-range': '10.96.0.0/16',
    'tls-cert-file': 'server.crt',
    'tls-private-key-file': 'server.key',
    'client-ca-file': 'ca.crt',
    'token-auth-file': 'tokens.csv',
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': 'service-accounts.pub',
    'service-account-signing-key-file': 'service-accounts.key',
    'audit-policy-file': 'audit-policy.json',
    'audit-log-path': 'audit.log',
    'audit-log-maxsize': 2000,
  });
}

export function controllerManagerFlags(controllers: readonly string[]): string[] {
  return flags({
    kubeconfig: 'controllers.kubeconfig',
    controllers: controllers.join(','),
    'leader-elect': false,
    'secure-port': 0,
    'service-account-private-key-file': 'service-accounts.key',
    'root-ca-file': 'ca.crt',
    'kube-api-qps': 500,
    'kube-api-burst': 1000,
    // What a person would wait for ten or fifteen seconds: the Pods of quotas and autoscalers.
    'horizontal-pod-autoscaler-sync-period': '1s',
    'resource-quota-sync-period': '1s',
  });
}

function flags(values: Flags): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
