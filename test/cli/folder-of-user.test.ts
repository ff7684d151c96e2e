import { expect, it } from 'vitest'
import { folderOfUser } from '../../src/cli/process-effects.ts'

const project = '/opt/plumbline'
const host = (env: NodeJS.ProcessEnv, folder = project) => ({ cwd: () => folder, env })
const script = { INIT_CWD: '/home/me', npm_package_json: `${project}/package.json` }

it.each([
  ['where npm was called from', { ...script, npm_lifecycle_event: 'plumbline' }, project, '/home/me'],
  ['the same for the demonstration', { ...script, npm_lifecycle_event: 'demo' }, project, '/home/me'],
  ['its own folder, within another script', { ...script, npm_lifecycle_event: 'test' }, project, project],
  ['its own folder, where somebody chose one', { ...script, npm_lifecycle_event: 'demo' }, '/tmp', '/tmp'],
  ['its own folder, without npm', {}, '/home/me', '/home/me'],
])('paths count from %s', (_, env, folder, expected) => {
  expect(folderOfUser(host(env, folder))).toBe(expected)
})
