// The nightly sweep of the ERPs: COUNT status questions as fast as they are answered. FORM: `single`,
// one request each by 16 connections, or `batch`, a thousand a request by two. QUESTIONS: their lines.

import exec from 'k6/execution';

import { ask, ending, kind, lines, options as shared } from './asking.js';

const most = 1000;
const count = Number(__ENV.COUNT);
const batch = __ENV.FORM === 'batch';

// A machine asks for its own organization: a batch has one token.
function batches(all) {
  const own = {};
  for (let at = 0; at < count; at += 1) {
    const { token, text } = all[at % all.length];
    const [, person, on] = text.match(/person=([^&]+)&on=([^&]+)/);
    (own[token] = own[token] || []).push({ person, on });
  }
  return Object.entries(own).flatMap(([token, pairs]) => {
    const parts = [];
    for (let at = 0; at < pairs.length; at += most) {
      const part = pairs.slice(at, at + most);
      parts.push({ token, text: JSON.stringify({ pairs: part }), pairs: part.length });
    }
    return parts;
  });
}

const asked = lines('questions', __ENV.QUESTIONS, batch ? batches : undefined);
const sweep = kind(batch ? 'batch' : 'single');

export const options = {
  ...shared,
  scenarios: {
    sweep: {
      executor: 'shared-iterations',
      vus: batch ? 2 : 16,
      iterations: batch ? asked.length : count,
      maxDuration: '60m',
    },
  },
};

export default function sweepOn() {
  const { token, text, pairs } = asked[exec.scenario.iterationInTest % asked.length];
  if (!batch) {
    ask(sweep, 200, 'GET', text, token);
    return;
  }
  const answer = ask(sweep, 200, 'POST', '/v1/clearance-status/query', token, text);
  if (answer && answer.json('results').length !== pairs) sweep.failed.add(1);
}

export const handleSummary = ending([sweep]);
