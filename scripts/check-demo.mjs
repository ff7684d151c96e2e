// Whether a folder that `plumbline demo` wrote holds what every step of it makes. Usage: node scripts/check-demo.mjs FOLDER
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const [folder] = process.argv.slice(2)
const found = readdirSync(folder, { recursive: true }).find((name) => /(^|[\\/])evaluation\.json$/.test(name))
if (found === undefined) throw new Error(`${folder}: holds no evaluation.json`)
const run = join(folder, dirname(found))
const made = ['check.html', 'prepared/prepare.json', 'prepared/review.html', 'model/model.json'].map((name) =>
  join(folder, name),
)
const ofRun = ['scores.csv', 'config.json', 'diagnosis.json', 'report.html'].map((name) => join(run, name))
for (const path of [...made, ...ofRun]) if (statSync(path).size === 0) throw new Error(`${path}: is empty`)
const { metrics } = JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8'))
const auroc = metrics.image.auroc.mean
if (!(auroc > 0.5 && auroc <= 1)) throw new Error(`${run}: AUROC ${auroc} is no better than chance`)
console.log(`${run}: complete, AUROC ${auroc.toFixed(3)}`)
