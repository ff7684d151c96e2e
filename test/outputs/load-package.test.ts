import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { loadPackage, testedVersions } from '../../src/outputs/load-package.ts'

const missing = (): Promise<unknown> => import(`not-${'installed'}`)

it('says how to install what is missing', async () => {
  await expect(loadPackage('mqtt', 'o.json: outputs[1]', missing)).rejects.toThrow(
    `o.json: outputs[1]: needs a package that is not installed: npm install mqtt@${testedVersions.mqtt}`,
  )
})

it('hides no other fault of a package', async () => {
  const broken = (): Promise<unknown> => Promise.reject(new TypeError('broken'))
  await expect(loadPackage('mqtt', 'o.json: outputs[1]', broken)).rejects.toThrow(TypeError)
})

it('names the versions of package.json, which are optional', () => {
  const path = resolve(import.meta.dirname, '../../package.json')
  const { peerDependencies, peerDependenciesMeta, devDependencies } = JSON.parse(readFileSync(path, 'utf8'))
  for (const [name, version] of Object.entries(testedVersions)) {
    expect([peerDependencies[name], devDependencies[name]]).toEqual([version, version])
    expect(peerDependenciesMeta[name]).toEqual({ optional: true })
  }
})
