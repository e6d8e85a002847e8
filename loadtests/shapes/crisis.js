// A crisis: AREA is suspended in the second second and headquarters opens a headcount of it at once,
// while everybody of CROWD (token, tab, person, day) asks for their status, looks for the headcount,
// and says in it that they are safe, within SPAN seconds. The office reads its figures and page after
// page of its people. OFFICE: the token of headquarters.

import { sleep } from 'k6';
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';

import { ask, ending, kind, lines, options as shared } from './asking.js';

const { AREA, OFFICE, RUN } = __ENV;
const span = Number(__ENV.SPAN);
const crowd = lines('crowd', __ENV.CROWD);
const kinds = {
  suspend: kind('suspend'), open: kind('open'), status: kind('status'), find: kind('find'),
  answer: kind('answer'), figures: kind('figures'), people: kind('people'),
};
const positive = new Counter('positive');
const safe = new Counter('safe');

// What this run's headcount is known by to everybody who is counted.
const reason = `A crisis, in a load test: ${RUN}`;
// Who comes before the headcount is open looks again so often, and so many times.
const pause = 0.5;
const looks = 60;

export const options = {
  ...shared,
  scenarios: {
    office: {
      executor: 'shared-iterations', exec: 'office', vus: 1, iterations: 1, startTime: '1s',
      maxDuration: `${span + 60}s`,
    },
    crowd: {
      executor: 'constant-arrival-rate',
      exec: 'person',
      rate: Math.ceil((crowd.length * 60) / span),
      timeUnit: '1m',
      duration: `${span}s`,
      preAllocatedVUs: 400,
      maxVUs: 1000,
      gracefulStop: '60s',
    },
  },
};

function json(body) {
  return JSON.stringify(body);
}

// The headcount of this run that somebody is counted in, as soon as it is open; its path.
function found(token) {
  for (let look = 0; look < looks; look += 1) {
    const page = ask(kinds.find, 200, 'GET', '/v1/headcounts?limit=5', token);
    const items = page ? page.json('items') : [];
    const one = items.find((item) => item.reason === reason);
    if (one) return `/v1/headcounts/${one.headcount_id}`;
    sleep(pause);
  }
  return null;
}

export function person() {
  const one = crowd[exec.scenario.iterationInTest];
  if (!one) return;
  const [who, on] = one.text.split(' ');
  const status = ask(kinds.status, 200, 'GET', `/v1/clearance-status?person=${who}&on=${on}`, one.token);
  if (status && status.json('answer') === 'positive') positive.add(1);
  const headcount = found(one.token);
  if (!headcount) return;
  const answer = ask(kinds.answer, 200, 'POST', `${headcount}/responses`, one.token,
    json({ person_id: who, status: 'safe' }), { 'Idempotency-Key': `${RUN}-${who}` });
  if (answer) safe.add(1);
}

// Suspends, opens the headcount, and reads: the figures, and then everybody of whom nothing was heard.
export function office() {
  ask(kinds.suspend, 200, 'PUT', `/v1/areas/${AREA}/status`, OFFICE,
    json({ status: 'suspended', reason: 'A crisis, in a load test' }), { 'If-Match': '*' });
  const opened = ask(kinds.open, 201, 'POST', '/v1/headcounts', OFFICE,
    json({ areas: [AREA], reason }), { 'Idempotency-Key': RUN });
  if (!opened) return;
  const path = `/v1/headcounts/${opened.json('headcount_id')}`;
  const last = Date.now() + span * 1000;
  while (Date.now() < last) {
    ask(kinds.figures, 200, 'GET', `${path}?limit=1`, OFFICE);
    let cursor = '';
    do {
      const page = ask(kinds.people, 200, 'GET', `${path}?status=unaccounted&limit=200${cursor}`, OFFICE);
      const next = page && page.json('next_cursor');
      cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
    } while (cursor !== '' && Date.now() < last);
    sleep(pause);
  }
}

const end = ending(Object.values(kinds));

export function handleSummary(data) {
  const { stdout } = end(data);
  const count = (name) => (data.metrics[name] ? data.metrics[name].values.count : 0);
  return { stdout: `${stdout}POSITIVE ${count('positive')}\nSAFE ${count('safe')}\n` };
}
