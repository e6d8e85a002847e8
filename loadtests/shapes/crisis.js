// A crisis: AREA is suspended in the second second, while everybody of CROWD (token, tab, person,
// clearance, day) asks for their status and says that they are there, within SPAN seconds, and the
// security staff read page after page who is inside. OFFICE: the token of headquarters.

import exec from 'k6/execution';
import { Counter } from 'k6/metrics';

import { ask, ending, kind, lines, options as shared } from './asking.js';

const { AREA, OFFICE, RUN } = __ENV;
const span = Number(__ENV.SPAN);
const crowd = lines('crowd', __ENV.CROWD);
const kinds = {
  suspend: kind('suspend'), status: kind('status'), answer: kind('answer'), inside: kind('inside'),
};
const positive = new Counter('positive');

export const options = {
  ...shared,
  scenarios: {
    suspend: { executor: 'shared-iterations', exec: 'suspend', vus: 1, iterations: 1, startTime: '1s' },
    crowd: {
      executor: 'constant-arrival-rate',
      exec: 'person',
      rate: Math.ceil((crowd.length * 60) / span),
      timeUnit: '1m',
      duration: `${span}s`,
      preAllocatedVUs: 50,
      maxVUs: 1000,
      gracefulStop: '60s',
    },
    office: {
      executor: 'constant-vus', exec: 'office', vus: 1, duration: `${span}s`, gracefulStop: '60s',
    },
  },
};

export function suspend() {
  ask(kinds.suspend, 200, 'PUT', `/v1/areas/${AREA}/status`, OFFICE,
    JSON.stringify({ status: 'suspended', reason: 'A crisis, in a load test' }), { 'If-Match': '*' });
}

export function person() {
  const one = crowd[exec.scenario.iterationInTest];
  if (!one) return;
  const [who, clearance, on] = one.text.split(' ');
  const answer = ask(kinds.status, 200, 'GET', `/v1/clearance-status?person=${who}&on=${on}`, one.token);
  if (answer && answer.json('answer') === 'positive') positive.add(1);
  ask(kinds.answer, 200, 'POST', `/v1/stays/${clearance}/arrive`, one.token, '{}',
    { 'Idempotency-Key': `${RUN}-${clearance}` });
}

export function office() {
  let cursor = '';
  do {
    const page = ask(kinds.inside, 200, 'GET', `/v1/areas/${AREA}/inside?limit=200${cursor}`, OFFICE);
    const next = page && page.json('next_cursor');
    cursor = next ? `&cursor=${encodeURIComponent(next)}` : '';
  } while (cursor !== '');
}

const end = ending(Object.values(kinds));

export function handleSummary(data) {
  const { stdout } = end(data);
  return { stdout: `${stdout}POSITIVE ${data.metrics.positive ? data.metrics.positive.values.count : 0}\n` };
}
