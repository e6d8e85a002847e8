// A desk at work: each of CROWD (token, tab, body of a claim) takes the next item and decides it, on and
// on for SPAN seconds; one of four goes back to its requester. Claims have a kind for each third of the
// time: does one take longer when thousands were decided before it?

import exec from 'k6/execution';
import { sleep } from 'k6';

import { ask, ending, kind, lines, options as shared } from './asking.js';

const { RUN } = __ENV;
const span = Number(__ENV.SPAN);
const crowd = lines('crowd', __ENV.CROWD);
const claims = [kind('claim_1'), kind('claim_2'), kind('claim_3')];
const decide = kind('decide');

export const options = {
  ...shared,
  scenarios: {
    desk: {
      executor: 'constant-vus', vus: crowd.length, duration: `${span}s`, gracefulStop: '60s',
    },
  },
};

export default function work() {
  const { token, text } = crowd[(exec.vu.idInTest - 1) % crowd.length];
  const third = Math.min(Math.floor(exec.scenario.progress * 3), 2);
  const answer = ask(claims[third], 200, 'POST', '/v1/approvals/claim-next', token, text);
  const item = answer && answer.json('items.0.item.clearance_id');
  if (!item) {
    sleep(1);
    return;
  }
  const deed = exec.vu.iterationInScenario % 4 === 3 ? 'return' : 'approve';
  ask(decide, 200, 'POST', `/v1/approvals/${item}/${deed}`, token,
    JSON.stringify({ reason_codes: ['SECURITY_ADVICE'] }), { 'Idempotency-Key': `${RUN}-${item}` });
}

export const handleSummary = ending([...claims, decide]);
