"""Makes the reference vectors in test/golden: what independent programs say of inputs that are drawn here.

    python3 -m venv venv && venv/bin/pip install -r scripts/golden/requirements.txt
    venv/bin/python scripts/golden/make.py test/golden && npm run format

Every file has a part in golden.json: the programs and calls that made it, the tolerance its test allows, and why. Nothing here
is Plumbline's; where a figure has no library (AUPRO, DeLong, greedy k-centre, Perlin noise) it is written out from its definition,
the slow way.
"""
import json
import sys
from pathlib import Path

import numpy as np
import PIL
import scipy
import scipy.ndimage
import scipy.stats
import sklearn
import torch
import torch.nn.functional as F
import torchvision
from PIL import Image
from safetensors.numpy import save_file
from sklearn import metrics
from sklearn.neighbors import NearestNeighbors
from torchvision.models.feature_extraction import create_feature_extractor

from formula import weights

SEED = 20261129
torch.manual_seed(SEED)
torch.set_num_threads(1)
sidecar = {}


def write(out: Path, name: str, tensors: dict, made_by: str, tolerance: str, reason: str, **more) -> None:
    arrays = {key: np.ascontiguousarray(value) for key, value in sorted(tensors.items())}
    save_file(arrays, out / f"{name}.safetensors")
    sidecar[name] = {"made_by": made_by, "seed": SEED, "tolerance": tolerance, "reason": reason, **more}


def stream(name: str) -> np.random.Generator:
    return np.random.default_rng([SEED, *name.encode()])


def f64(values) -> np.ndarray:
    return np.atleast_1d(np.asarray(values, np.float64))


# Figures of images ------------------------------------------------------------------------------------------------------------


def image_metrics(out: Path) -> None:
    r = stream("image")
    labels = (r.random(90) < 0.3).astype(np.uint8)
    plain = r.normal(size=90) + 1.2 * labels
    one = np.zeros(40, np.uint8)
    one[17] = 1
    zeros = np.where(r.random(60) < 0.5, -0.0, 0.0)
    half = (r.random(60) < 0.5).astype(np.uint8)
    sets = {
        "continuous": (plain, labels),
        "ties": (np.round(plain * 2) / 2, labels),
        "one_positive": (r.normal(size=40), one),
        "perfect": (labels + 0.1 * r.random(90), labels),
        "inverted": (-labels - 0.1 * r.random(90), labels),
        "constant": (np.full(60, 3.0), half),
        "signed_zeros": (zeros, half),
        "signed_zeros_among_others": (np.concatenate([zeros, plain[:30]]), np.concatenate([half, labels[:30]])),
    }
    tensors = {}
    for name, (score, label) in sets.items():
        fpr, tpr, threshold = metrics.roc_curve(label, score, drop_intermediate=False)
        precision, recall, _ = metrics.precision_recall_curve(label, score)
        best = int(np.argmax(tpr - fpr))
        cut = threshold[best] if np.isfinite(threshold[best]) else score.max() + 1
        called = (score >= cut).astype(int)
        tn, fp, fn, tp = metrics.confusion_matrix(label, called, labels=[0, 1]).ravel()
        tensors |= {
            f"{name}.score": score.astype(np.float64),
            f"{name}.label": label,
            f"{name}.auroc": f64(metrics.roc_auc_score(label, score)),
            f"{name}.ap": f64(metrics.average_precision_score(label, score)),
            f"{name}.roc": np.stack([fpr, tpr]),
            f"{name}.pr": np.stack([precision, recall]),
            f"{name}.cut": f64(cut),
            f"{name}.confusion": f64([tp, fp, tn, fn]),
            f"{name}.balanced_accuracy": f64(metrics.balanced_accuracy_score(label, called)),
            f"{name}.f1": f64(metrics.f1_score(label, called)),
            f"{name}.mcc": f64(metrics.matthews_corrcoef(label, called)),
        }
    write(out, "image_metrics", tensors,
          "sklearn.metrics: roc_auc_score, average_precision_score, roc_curve(drop_intermediate=False), precision_recall_curve, "
          "confusion_matrix, balanced_accuracy_score, f1_score, matthews_corrcoef",
          "atol 1e-12", "ratios of whole numbers, summed in another order in double precision")


# Figures of pixels ------------------------------------------------------------------------------------------------------------


def aupro(scores: np.ndarray, masks: np.ndarray, limit: float) -> float:
    """Bergmann et al. 2021: mean overlap of regions against the false-alarm rate, up to a limit, divided by it; every threshold."""
    regions = []
    for i, mask in enumerate(masks):
        label, count = scipy.ndimage.label(mask, structure=np.ones((3, 3)))
        regions += [(i, label == k) for k in range(1, count + 1)]
    good = scores[masks == 0]
    fpr, pro = [0.0], [0.0]
    for threshold in np.unique(scores)[::-1]:
        fpr.append(np.mean(good >= threshold))
        pro.append(np.mean([np.mean(scores[i][region] >= threshold) for i, region in regions]))
    fpr, pro = np.array(fpr), np.array(pro)
    last = np.searchsorted(fpr, limit, side="right")  # points up to the limit; what is beyond is cut at it
    x, y = list(fpr[:last]), list(pro[:last])
    if last < len(fpr) and x[-1] < limit:
        share = (limit - x[-1]) / (fpr[last] - x[-1])
        x.append(limit)
        y.append(y[-1] + share * (pro[last] - y[-1]))
    return float(np.trapezoid(y, x) / limit)


def pixel_metrics(out: Path) -> None:
    r = stream("pixel")
    side, tensors = 24, {}
    masks = np.zeros((3, side, side), np.uint8)
    masks[0, 3:9, 4:8] = 1
    masks[0, 9, 8] = 1  # joined over a corner
    masks[0, 15:18, 15:23] = 1
    masks[1, 20:24, 0:3] = 1
    noise = scipy.ndimage.gaussian_filter(r.normal(size=(3, side, side)), (0, 2, 2))
    lift = scipy.ndimage.gaussian_filter(masks.astype(float), (0, 1.5, 1.5))
    maps = (6 * noise + 3 * lift).astype(np.float32)
    for name, scores in {"smooth": maps, "levels": np.round(maps * 2) / 2}.items():
        flat, truth = scores.astype(np.float64).ravel(), masks.ravel()
        tensors |= {
            f"{name}.scores": scores.astype(np.float32),
            f"{name}.auroc": f64(metrics.roc_auc_score(truth, flat)),
            f"{name}.ap": f64(metrics.average_precision_score(truth, flat)),
            f"{name}.aupro": f64([aupro(scores.astype(np.float64), masks, limit) for limit in (0.3, 0.05, 1)]),
        }
    write(out, "pixel_metrics", {"masks": masks, **tensors},
          "sklearn.metrics over all pixels; AUPRO from its definition with scipy.ndimage.label, 8-connected, at limits 0.3, 0.05, 1",
          "atol 1e-9", "sums of thousands of terms in another order")


# Pictures ---------------------------------------------------------------------------------------------------------------------


def resizing(out: Path) -> None:
    r = stream("resize")
    y, x = np.mgrid[0:37, 0:53]
    waves = [128 + 90 * np.sin(x / a + y / b) for a, b in ((3, 5), (2.2, 9), (7, 1.9))]
    picture = np.clip(np.stack(waves, -1) + r.normal(scale=20, size=(37, 53, 3)), 0, 255).astype(np.uint8)
    tensors = {"picture": picture, "grey": picture[..., 0]}
    for width, height in ((16, 12), (53, 12), (80, 61), (1, 1)):
        resized = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
        tensors[f"rgb.{width}x{height}"] = np.asarray(resized)
        tensors[f"grey.{width}x{height}"] = np.asarray(
            Image.fromarray(picture[..., 0]).resize((width, height), Image.Resampling.BILINEAR))
    crop = torchvision.transforms.Compose([
        torchvision.transforms.Resize(24), torchvision.transforms.CenterCrop(24)])
    tensors["crop.24x24"] = np.asarray(crop(Image.fromarray(picture)))
    write(out, "resize", tensors,
          "PIL.Image.resize(BILINEAR); torchvision.transforms.Resize(24) and CenterCrop(24) on a PIL image", "byte for byte",
          "the same fixed-point arithmetic")


# Networks ---------------------------------------------------------------------------------------------------------------------


def backbones(out: Path) -> None:
    gain, side, most = 1.4, 64, 1500
    wanted = {
        "resnet18": ["layer1", "layer2", "layer3", "layer4"],
        "mobilenet_v2": ["features.3", "features.6", "features.13", "features.17"],
        "efficientnet_b0": ["features.2", "features.3", "features.5", "features.7"],
    }
    tensors, steps = {}, {}
    image = torch.from_numpy(weights("input", (1, 3, side, side), 1))
    for name, stages in wanted.items():
        model = torchvision.models.get_model(name, weights=None).eval()
        state = {
            key: torch.from_numpy(weights(key, tuple(value.shape), gain)) if value.dtype == torch.float32 else value
            for key, value in model.state_dict().items()
        }
        model.load_state_dict(state)
        with torch.no_grad():
            results = create_feature_extractor(model, stages)(image)
        for stage, value in results.items():
            flat = value.numpy().ravel()
            step = max(1, -(-flat.size // most)) | 1  # odd, so that it does not keep to one column
            steps[f"{name}.{stage}"] = {"shape": list(value.shape), "step": step}
            tensors[f"{name}.{stage}"] = flat[::step]
    write(out, "backbones", tensors,
          "torchvision.models with weights and image by formula (formula.py), create_feature_extractor; every step-th element",
          "atol 2e-4 of the largest value of the stage", "float32 sums of thousands of products in another order",
          gain=gain, input=[1, 3, side, side], stages=steps)


def training(out: Path) -> None:
    """One step of a small network: convolutions with stride, padding, groups and dilation, batch norm, pooling, a loss."""
    r = stream("training")
    draw = lambda *shape: torch.tensor(r.normal(size=shape), dtype=torch.float32)
    x, target = draw(5, 3, 9, 8), torch.tensor([[0.0], [1.0], [1.0], [0.0], [1.0]])
    p = {
        "conv": 0.4 * draw(6, 3, 3, 3), "conv_bias": 0.1 * draw(6),
        "scale": 1 + 0.2 * draw(6), "shift": 0.2 * draw(6),
        "depthwise": 0.5 * draw(6, 1, 3, 3), "linear": 0.6 * draw(6, 1), "linear_bias": 0.1 * draw(1),
    }
    for value in p.values():
        value.requires_grad_()
    running_mean, running_var = torch.zeros(6), torch.ones(6)
    h = F.conv2d(x, p["conv"], p["conv_bias"], stride=2, padding=1)
    h = F.batch_norm(h, running_mean, running_var, p["scale"], p["shift"], training=True, momentum=1.0)
    h = F.leaky_relu(h, 0.2)
    h = F.conv2d(h, p["depthwise"], padding=2, dilation=2, groups=6)
    h = torch.sigmoid(h).mean((2, 3)) @ p["linear"] + p["linear_bias"]
    loss = F.binary_cross_entropy_with_logits(h, target)
    loss.backward()
    tensors = {"x": x, "target": target, "logits": h, "loss": loss.reshape(1), "batch_mean": running_mean,
               **p, **{f"gradient.{key}": value.grad for key, value in p.items()}}
    write(out, "training", {key: value.detach().numpy() for key, value in tensors.items()},
          "torch.nn.functional: conv2d, batch_norm(training), leaky_relu, binary_cross_entropy_with_logits; autograd",
          "atol 1e-6 rtol 1e-4", "float32")


def optimisers(out: Path) -> None:
    r = stream("optimisers")
    initial = r.normal(size=7).astype(np.float32)
    gradients = (r.normal(size=(8, 7)) * 10.0 ** r.integers(-4, 2, size=(8, 7))).astype(np.float32)
    cases = {
        "adam": lambda p: torch.optim.Adam(p, lr=1e-2),
        "adam_decay": lambda p: torch.optim.Adam(p, lr=2e-3, eps=1e-4, betas=(0.5, 0.9), weight_decay=0.05),
        "adamw_decay": lambda p: torch.optim.AdamW(p, lr=5e-3, weight_decay=0.1),
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    }
    tensors = {"initial": initial, "gradients": gradients}
    for name, make in cases.items():
        p = torch.nn.Parameter(torch.tensor(initial))
        optimiser, path = make([p]), []
        for gradient in gradients:
            p.grad = torch.tensor(gradient)
            optimiser.step()
            path.append(p.detach().numpy().copy())
        tensors[name] = np.stack(path)
    write(out, "optimisers", tensors, "torch.optim: Adam, AdamW, SGD; eight steps of given gradients", "atol 1e-6 rtol 1e-6", "float32")


# Neighbours -------------------------------------------------------------------------------------------------------------------


def neighbours(out: Path) -> None:
    r = stream("neighbours")
    bank = (r.normal(size=(180, 12)) + 3 * r.integers(0, 3, size=(180, 1))).astype(np.float32)
    queries = r.normal(scale=2, size=(40, 12)).astype(np.float32)
    distance, index = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(bank.astype(np.float64)).kneighbors(
        queries.astype(np.float64))
    chosen = [7]  # greedy k-centre (Gonzalez 1985), every point against every centre
    least = np.full(len(bank), np.inf)
    while len(chosen) < 60:
        least = np.minimum(least, ((bank.astype(np.float64) - bank[chosen[-1]].astype(np.float64)) ** 2).sum(1))
        chosen.append(int(np.argmax(least)))
    write(out, "neighbours", {
        "bank": bank, "queries": queries, "distance": distance[:, 0], "index": index[:, 0].astype(np.int32),
        "coreset": np.array(chosen, np.int32)},
        "sklearn.neighbors.NearestNeighbors(brute); greedy k-centre from its definition, first centre 7", "distances atol 1e-4, indices equal",
        "float32 products; no two distances are closer than that")


# Intervals --------------------------------------------------------------------------------------------------------------------


def intervals(out: Path) -> None:
    r = stream("intervals")
    counts = [(0, 10), (1, 10), (5, 10), (10, 10), (3, 57), (199, 200), (0, 1)]
    exact = [scipy.stats.binomtest(k, n).proportion_ci(0.95, "exact") for k, n in counts]
    wilson = [scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson") for k, n in counts]
    sample = r.exponential(size=25)
    boot = scipy.stats.bootstrap((sample,), np.mean, n_resamples=999, method="BCa", rng=np.random.default_rng(SEED))
    plain = scipy.stats.bootstrap((sample,), np.mean, n_resamples=999, method="percentile", rng=np.random.default_rng(SEED))
    # DeLong: structural components over all pairs, then their sample covariances.
    label = (r.random(60) < 0.4).astype(np.uint8)
    scores = [r.normal(size=60) + label, np.round(2 * (r.normal(size=60) + 1.5 * label)) / 2]
    parts = []
    for score in scores:
        p, n = score[label == 1], score[label == 0]
        wins = (p[:, None] > n[None, :]) + 0.5 * (p[:, None] == n[None, :])
        parts.append((wins.mean(), wins.mean(1), wins.mean(0)))
    covariance = np.cov([a[1] for a in parts]) / (label == 1).sum() + np.cov([a[2] for a in parts]) / (label == 0).sum()
    difference = parts[0][0] - parts[1][0]
    z = difference / np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    folds = r.normal(0.02, 0.03, size=10)
    variance = (1 / 10 + 30 / 70) * folds.var(ddof=1)
    half = scipy.stats.t.ppf(0.975, 9) * np.sqrt(variance)
    p = np.concatenate([[1e-12, 0.001, 0.5, 0.975], r.random(8)])
    write(out, "intervals", {
        "counts": f64(counts), "clopper_pearson": f64([list(ci) for ci in exact]), "wilson": f64([list(ci) for ci in wilson]),
        "bootstrap.sample": sample, "bootstrap.replicates": np.asarray(boot.bootstrap_distribution),
        "bootstrap.bca": f64(list(boot.confidence_interval)), "bootstrap.percentile": f64(list(plain.confidence_interval)),
        "delong.label": label, "delong.a": scores[0], "delong.b": scores[1], "delong.auroc": f64([parts[0][0], parts[1][0]]),
        "delong.covariance": covariance, "delong.z": f64(z), "delong.p": f64(2 * scipy.stats.norm.sf(abs(z))),
        "folds": folds, "folds.interval": f64([folds.mean() - half, folds.mean() + half]),
        "folds.p": f64(2 * scipy.stats.t.sf(abs(folds.mean() / np.sqrt(variance)), 9)),
        "quantile.p": p, "quantile.normal": scipy.stats.norm.ppf(p), "quantile.t9": scipy.stats.t.ppf(p, 9),
        "mcnemar": f64([[b, c, scipy.stats.binomtest(b, b + c).pvalue] for b, c in ((0, 5), (3, 9), (10, 10), (1, 30))])},
        "scipy.stats: binomtest.proportion_ci (exact, wilson), bootstrap (BCa, percentile), norm, t, binomtest; DeLong et al. 1988 over all "
        "pairs with numpy.cov; Nadeau and Bengio 2003 with 30 test and 70 train units", "atol 1e-9",
        "quantiles of the beta, t and normal distributions are found by other series")


def perlin(out: Path) -> None:
    """Perlin 2002, pixel by pixel: a gradient at each corner of the grid, quintic fade, times the square root of 2."""
    r = stream("perlin")
    height, width, rows, cols = 20, 30, 4, 3
    angles = r.uniform(0, 2 * np.pi, size=(rows + 1, cols + 1))
    fade = lambda t: t**3 * (t * (6 * t - 15) + 10)
    noise = np.empty((height, width))
    for j in range(height):
        for i in range(width):
            y, x = j * rows / height, i * cols / width
            row, col = int(y), int(x)
            dots = [[np.cos(angles[row + a, col + b]) * (y - row - a) + np.sin(angles[row + a, col + b]) * (x - col - b)
                     for b in (0, 1)] for a in (0, 1)]
            v, u = fade(y - row), fade(x - col)
            left, right = [(1 - v) * dots[0][b] + v * dots[1][b] for b in (0, 1)]
            noise[j, i] = np.sqrt(2) * ((1 - u) * left + u * right)
    write(out, "perlin", {"angles": angles, "noise": noise}, "numpy, from the definition", "atol 1e-12", "another order of sums", grid=[rows, cols])


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for make in (image_metrics, pixel_metrics, resizing, backbones, training, optimisers, neighbours, intervals, perlin):
        make(out)
    versions = {module.__name__: module.__version__.split("+")[0] for module in (np, scipy, sklearn, torch, torchvision, PIL)}
    (out / "golden.json").write_text(json.dumps({"versions": versions, "files": sidecar}, indent=2) + "\n")


if __name__ == "__main__":
    main()
