// A year's import: BODIES as NDJSON, LINES trips a request, by CONNECTIONS at once. Where COUNT is more
// than there are lines, the same trips come again SHIFT days later each time, under other keys. Lines
// that were not answered 201 are counted, and said by the status they got.

import exec from 'k6/execution';
import { Counter } from 'k6/metrics';

import { ask, ending, kind, lines, options as shared } from './asking.js';

const count = Number(__ENV.COUNT);
const each = Number(__ENV.LINES);
const shift = Number(__ENV.SHIFT);
const imported = kind('import');
const stored = new Counter('lines_stored');
const refused = new Counter('lines_refused');

// Each request's token, and the positions of its lines with the round they are sent in.
function requests(all) {
  const own = {};
  for (let at = 0; at < count; at += 1) {
    const { token } = all[at % all.length];
    (own[token] = own[token] || []).push([at % all.length, Math.floor(at / all.length)]);
  }
  return Object.entries(own).flatMap(([token, places]) => {
    const parts = [];
    for (let at = 0; at < places.length; at += each) parts.push({ token, places: places.slice(at, at + each) });
    return parts;
  });
}

const bodies = lines('bodies', __ENV.BODIES);
const parts = lines('parts', __ENV.BODIES, requests);

export const options = {
  ...shared,
  scenarios: {
    import: {
      executor: 'shared-iterations',
      vus: Number(__ENV.CONNECTIONS),
      iterations: parts.length,
      maxDuration: '10h',
    },
  },
};

const day = 24 * 60 * 60 * 1000;

function later(text, round) {
  if (round === 0) return text;
  const moved = text.replace(/\b(20\d\d-\d\d-\d\d)/g, (on) =>
    new Date(Date.parse(`${on}T00:00:00Z`) + round * shift * day).toISOString().slice(0, 10));
  return moved.replace('"system":"erp"', `"system":"erp-${round}"`);
}

export default function importOn() {
  const part = parts[exec.scenario.iterationInTest];
  const body = part.places.map(([at, round]) => later(bodies[at].text, round)).join('\n');
  const answer = ask(imported, 200, 'POST', '/v1/trips/batch', part.token, body,
    { 'Content-Type': 'application/x-ndjson' });
  if (!answer) return;
  const good = (answer.body.match(/^\{"line":\d+,"status":201,/gm) || []).length;
  stored.add(good);
  refused.add(part.places.length - good);
}

const end = ending([imported]);

export function handleSummary(data) {
  const of = (name) => (data.metrics[name] ? data.metrics[name].values.count : 0);
  const { stdout } = end(data);
  return { stdout: `${stdout}LINES ${of('lines_stored')} ${of('lines_refused')}\n` };
}
