"""The parity gate of an exported model, in Python: does a runtime give here what it gave where the model was made?

    pip install onnxruntime numpy            python gate.py EXPORTED
    pip install opencv-python-headless numpy python gate.py EXPORTED --runtime opencv

Exit code 0 if every stage of every fixture is as it should be, 4 if not, and the first guilty stage by name.
"""
import argparse
import json
import os
import sys

import numpy as np


def onnxruntime_session(path):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda image: dict(zip(names, session.run(names, {"image": image})))


def opencv_session(path):
    """OpenCV 5 or later, for models of one input size: of any size, it rounds the weights of the resize."""
    import cv2

    net = cv2.dnn.readNetFromONNX(path)
    names = list(net.getUnconnectedOutLayersNames())

    def run(image):
        net.setInput(image, "image")
        return dict(zip(names, net.forward(names)))

    return run


RUNTIMES = {"onnxruntime": onnxruntime_session, "opencv": opencv_session}


def load(folder, name):
    return np.load(os.path.join(folder, name))


def picture(folder, fixture):
    """What is fed: uint8 [1, height, width, 3], RGB, upright, as decoded."""
    down, across = fixture["image"]["repeat"]
    return np.ascontiguousarray(np.tile(load(folder, fixture["image"]["file"]), (down, across, 1))[None])


def verdict_of(score, parity):
    """Compare in float32, at or above."""
    if parity["threshold"] is None:
        return None
    if np.float32(score) >= np.float32(parity["threshold"]):
        return "anomalous"
    review = parity["review"]
    return "review" if review is not None and np.float32(score) >= np.float32(review) else "nominal"


def share(golden, found, allowed):
    """Largest deviation, as a share of what is allowed."""
    if golden.size != found.size:
        return np.inf
    worst = np.abs(golden.astype(np.float64).ravel() - found.astype(np.float64).ravel()).max(initial=0)
    return 0.0 if worst == 0 else np.inf if allowed == 0 or not np.isfinite(worst) else worst / allowed


def compare(folder, fixture, outputs, parity):
    """Each stage's deviation as a share of what is allowed: above 1 it fails. In the order in which a picture goes through them."""
    golden, tolerance = fixture["golden"], parity["tolerance"]
    score = float(np.ravel(outputs["score"])[0])
    allowed = tolerance["score"] * max(abs(golden["score"]), tolerance["leastScore"])
    limits = [limit for limit in (parity["threshold"], parity["review"]) if limit is not None]
    is_tie = any(abs(golden["score"] - limit) <= allowed for limit in limits)
    golden_map = load(folder, golden["map"])
    stages = {"frame": 0.0 if list(map(int, np.ravel(outputs["frame"])[:4])) == golden["frame"] else np.inf}
    if "resized" in outputs:
        resized = load(folder, golden["resized"])
        stages["resized"] = share(resized, np.asarray(outputs["resized"]), tolerance["resized"])
        features = [
            (load(folder, name).astype(np.float32), np.asarray(outputs[f"features.{stage}"]))
            for stage, name in golden["features"].items()
        ]
        stages["features"] = max((share(a, b, tolerance["features"] * np.abs(a).max()) for a, b in features), default=0)
    stages["map"] = share(
        golden_map,
        np.asarray(outputs["map"]),
        tolerance["map"] * max(np.abs(golden_map).max(), tolerance["leastScore"]),
    )
    stages["score"] = abs(score - golden["score"]) / allowed if np.isfinite(score) else np.inf
    stages["verdict"] = 0.0 if is_tie or verdict_of(score, parity) == golden["verdict"] else np.inf
    return stages, is_tie


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder")
    arguments.add_argument("--runtime", choices=RUNTIMES, default="onnxruntime")
    asked = arguments.parse_args()
    with open(os.path.join(asked.folder, "parity.json"), encoding="utf-8") as file:
        parity = json.load(file)
    batch = parity["model"]["input"]["shape"][0]
    worst, ties = {}, 0
    for name in (parity["model"]["diagnostic"], parity["model"]["file"]):
        run = RUNTIMES[asked.runtime](os.path.join(asked.folder, name))
        for fixture in parity["fixtures"]:
            image = picture(asked.folder, fixture)
            if isinstance(batch, int) and batch > 1:
                image = np.repeat(image, batch, axis=0)
            outputs = {key: np.asarray(value)[:1] for key, value in run(image).items()}
            stages, is_tie = compare(asked.folder, fixture, outputs, parity)
            ties += is_tie and name == parity["model"]["file"]
            for stage, deviation in stages.items():
                worst[stage] = max(worst.get(stage, 0.0), float(deviation))
                if deviation > 1:
                    print(f"{name}: {stage} of fixture {fixture['name']} deviates {deviation:.3g} times as far as allowed")
                    return 4
    shares = ", ".join(f"{stage} {100 * deviation:.1f} %" for stage, deviation in worst.items())
    print(f"the same on {len(parity['fixtures'])} fixtures; of the allowed deviation: {shares}; ties: {ties}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
