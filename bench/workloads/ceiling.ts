import type { Workload } from '../bench.ts';
import { row } from '../row.ts';

export const ceilingWorkload: Workload = {
  name: 'ceiling',
  about: 'W: raw server-side applies that this API server takes from a minimal client',
  async run(bench) {
    const mixed = await bench.ceiling('mixed');
    const { http2, concurrency } = mixed.way;
    const note = http2 ? `${concurrency} at a time over one HTTP/2 connection` : `${concurrency} HTTP/1.1 connections`;
    bench.report(
      row('ceiling: W, creates', mixed.createsPerSecond, '1/s', { runs: mixed.runs, note }),
      row('ceiling: W, changes', mixed.changesPerSecond, '1/s'),
      row('ceiling: CPU of the API server, a create', mixed.serverCpuPerCreate * 1e3, 'ms'),
      row('ceiling: CPU of the raw client, a create', mixed.clientCpuPerCreate * 1e3, 'ms'),
    );
  },
};
