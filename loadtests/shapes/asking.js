// What the shapes share: lines of files, requests counted by their kind, and the lines at the end that
// loadtests/shapes.sh reads.

import { SharedArray } from 'k6/data';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';

const base = __ENV.SAFECONDUCT_URL;

// The lines of a file that `safeconduct traffic --emit` or the caller wrote: a token, a tab, a text.
export function lines(name, file, shaped = (all) => all) {
  return new SharedArray(name, () => {
    const rows = open(file).split('\n').filter((row) => row !== '');
    return shaped(rows.map((row) => {
      const tab = row.indexOf('\t');
      return { token: row.slice(0, tab), text: row.slice(tab + 1) };
    }));
  });
}

// A kind of request with a line of its own at the end.
export function kind(name) {
  return {
    name,
    took: new Trend(`${name}_took`, true),
    refused: new Counter(`${name}_refused`),
    failed: new Counter(`${name}_failed`),
  };
}

// Sends one request and counts it; a status of 500 or more, and no answer, is a failure, another than
// the wanted one a refusal. Answers the response, or null.
export function ask(of, wanted, method, path, token, body = null, headers = {}) {
  const response = http.request(method, base + path, body, {
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    timeout: '60s',
  });
  of.took.add(response.timings.duration);
  if (response.status === wanted) return response;
  (response.status === 0 || response.status >= 500 ? of.failed : of.refused).add(1);
  return null;
}

// What k6 must know in every shape.
export const options = {
  summaryTrendStats: ['count', 'med', 'p(95)', 'p(99)', 'max'],
  noConnectionReuse: false,
};

// Ends a run: for each kind one line, "RESULT kind requests seconds p50 p95 p99 max refused failed",
// and how many requests could not be begun in time.
export function ending(kinds) {
  return (data) => {
    const count = (name) => (data.metrics[name] ? data.metrics[name].values.count : 0);
    const seconds = (data.state.testRunDurationMs / 1000).toFixed(3);
    const rows = kinds.filter((of) => data.metrics[`${of.name}_took`]).map((of) => {
      const took = data.metrics[`${of.name}_took`].values;
      const times = ['med', 'p(95)', 'p(99)', 'max'].map((stat) => took[stat].toFixed(2));
      return ['RESULT', of.name, took.count, seconds, ...times,
        count(`${of.name}_refused`), count(`${of.name}_failed`)].join(' ');
    });
    return { stdout: [...rows, `DROPPED ${count('dropped_iterations')}`, ''].join('\n') };
  };
}
