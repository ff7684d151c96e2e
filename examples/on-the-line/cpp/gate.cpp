// The parity gate of an exported model, in C++: does onnxruntime give here what the model gave where it was made?
//
//     g++ -std=c++17 -O2 -I ONNXRUNTIME/include gate.cpp -L ONNXRUNTIME/lib -lonnxruntime -o gate && ./gate EXPORTED
//
// ONNXRUNTIME is an unpacked release of github.com/microsoft/onnxruntime; nlohmann-json3-dev (one header) reads parity.json.
// Exit code 0 if every stage of every fixture is as it should be, 4 if not, and the first guilty stage by name.
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using json = nlohmann::json;

struct Array {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

static float of_half(uint16_t code) {
  const float sign = code & 0x8000 ? -1.0f : 1.0f;
  const int exponent = (code >> 10) & 31, fraction = code & 1023;
  if (exponent == 31) return fraction ? NAN : sign * INFINITY;
  return sign * (exponent == 0 ? std::ldexp(float(fraction), -24) : std::ldexp(float(1024 + fraction), exponent - 25));
}

// A .npy file of bytes, float16 or float32 (little-endian, as the machine is), as float32.
static Array load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.size() < 10) throw std::runtime_error(path + ": not there, or no .npy file");
  const size_t start = 10 + uint8_t(bytes[8]) + 256 * uint8_t(bytes[9]);
  const std::string header(bytes.begin() + 10, bytes.begin() + start);
  Array array;
  size_t at = header.find("'shape': (") + 10;
  size_t count = 1;
  while (header[at] != ')') {
    if (header[at] < '0' || header[at] > '9') {
      at++;
      continue;
    }
    size_t read = 0;
    array.shape.push_back(std::stoll(header.substr(at), &read));
    count *= size_t(array.shape.back());
    at += read;
  }
  array.values.resize(count);
  const char* data = bytes.data() + start;
  if (header.find("'|u1'") != std::string::npos)
    for (size_t i = 0; i < count; i++) array.values[i] = uint8_t(data[i]);
  else if (header.find("'<f4'") != std::string::npos)
    std::memcpy(array.values.data(), data, 4 * count);
  else
    for (size_t i = 0; i < count; i++) {
      uint16_t code;
      std::memcpy(&code, data + 2 * i, 2);
      array.values[i] = of_half(code);
    }
  return array;
}

// An exported model: bytes in, named outputs out.
class Model {
 public:
  Model(Ort::Env& env, const std::string& path, int64_t batch) : session_(env, path.c_str(), Ort::SessionOptions{}), batch_(batch) {
    Ort::AllocatorWithDefaultOptions allocator;
    for (size_t i = 0; i < session_.GetOutputCount(); i++)
      names_.push_back(session_.GetOutputNameAllocated(i, allocator).get());
  }

  // image: height x width x channels, RGB or grey, upright, as the camera gives it.
  std::map<std::string, std::vector<float>> run(const std::vector<uint8_t>& image, int64_t height, int64_t width, int64_t channels) {
    std::vector<uint8_t> fed;
    for (int64_t i = 0; i < batch_; i++) fed.insert(fed.end(), image.begin(), image.end());
    const std::vector<int64_t> shape{batch_, height, width, channels};
    auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    auto input = Ort::Value::CreateTensor<uint8_t>(memory, fed.data(), fed.size(), shape.data(), shape.size());
    const char* input_name = "image";
    std::vector<const char*> output_names;
    for (const auto& name : names_) output_names.push_back(name.c_str());
    auto found = session_.Run(Ort::RunOptions{nullptr}, &input_name, &input, 1, output_names.data(), output_names.size());
    std::map<std::string, std::vector<float>> outputs;
    for (size_t i = 0; i < found.size(); i++) {
      const auto info = found[i].GetTensorTypeAndShapeInfo();
      const size_t own = info.GetElementCount() / size_t(batch_);
      auto& values = outputs[names_[i]];
      if (info.GetElementType() == ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64) {
        const int64_t* data = found[i].GetTensorData<int64_t>();
        values.assign(data, data + own);
      } else {
        const float* data = found[i].GetTensorData<float>();
        values.assign(data, data + own);
      }
    }
    return outputs;
  }

 private:
  Ort::Session session_;
  int64_t batch_;
  std::vector<std::string> names_;
};

static double largest(const std::vector<float>& values) {
  double most = 0;
  for (float value : values) most = std::max(most, std::fabs(double(value)));
  return most;
}

// Largest deviation, as a share of what is allowed; infinite where a value is no number.
static double share(const std::vector<float>& golden, const std::vector<float>& found, double allowed) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (golden.size() != found.size()) return infinity;
  double most = 0;
  for (size_t i = 0; i < golden.size(); i++) {
    const double deviation = std::fabs(double(golden[i]) - double(found[i]));
    if (std::isnan(deviation)) return infinity;
    most = std::max(most, deviation);
  }
  if (most == 0) return 0;
  return allowed > 0 && std::isfinite(most) ? most / allowed : infinity;
}

// Compare in float32, at or above.
static json verdict_of(float score, const json& parity) {
  if (parity["threshold"].is_null()) return nullptr;
  if (score >= parity["threshold"].get<float>()) return "anomalous";
  return !parity["review"].is_null() && score >= parity["review"].get<float>() ? "review" : "nominal";
}

// Each stage's deviation as a share of what is allowed: above 1 it fails. In the order in which a picture goes through them.
static std::vector<std::pair<std::string, double>> compare(const std::string& folder, const json& golden,
                                                           std::map<std::string, std::vector<float>>& found, const json& parity) {
  const double infinity = std::numeric_limits<double>::infinity();
  const json& tolerance = parity["tolerance"];
  const double least = tolerance["leastScore"], golden_score = golden["score"], score = found["score"][0];
  const double allowed = tolerance["score"].get<double>() * std::max(std::fabs(golden_score), least);
  bool is_tie = false, is_frame = true;
  for (const char* limit : {"threshold", "review"})
    if (!parity[limit].is_null()) is_tie = is_tie || std::fabs(golden_score - parity[limit].get<double>()) <= allowed;
  for (size_t i = 0; i < 4; i++) is_frame = is_frame && golden["frame"][i].get<float>() == found["frame"][i];
  std::vector<std::pair<std::string, double>> stages{{"frame", is_frame ? 0 : infinity}};
  if (found.count("resized")) {
    const auto resized = load(folder + "/" + golden["resized"].get<std::string>()).values;
    stages.emplace_back("resized", share(resized, found["resized"], tolerance["resized"]));
    double features = 0;
    for (const auto& [stage, file] : golden["features"].items()) {
      const auto values = load(folder + "/" + file.get<std::string>()).values;
      const double own = tolerance["features"].get<double>() * largest(values);
      features = std::max(features, share(values, found["features." + stage], own));
    }
    stages.emplace_back("features", features);
  }
  const auto map = load(folder + "/" + golden["map"].get<std::string>()).values;
  stages.emplace_back("map", share(map, found["map"], tolerance["map"].get<double>() * std::max(largest(map), least)));
  stages.emplace_back("score", std::isfinite(score) ? std::fabs(score - golden_score) / allowed : infinity);
  stages.emplace_back("verdict", is_tie || verdict_of(float(score), parity) == golden["verdict"] ? 0 : infinity);
  return stages;
}

static int run_gate(const std::string& folder) {
  std::ifstream file(folder + "/parity.json");
  if (!file) throw std::runtime_error(folder + "/parity.json: not there");
  const json parity = json::parse(file);
  const json& shape = parity["model"]["input"]["shape"];
  const int64_t batch = shape[0].is_number() ? shape[0].get<int64_t>() : 1, channels = shape[3];
  Ort::Env env(ORT_LOGGING_LEVEL_ERROR, "gate");
  for (const char* which : {"diagnostic", "file"}) {
    const std::string name = parity["model"][which];
    Model model(env, folder + "/" + name, batch);
    for (const json& fixture : parity["fixtures"]) {
      const Array image = load(folder + "/" + fixture["image"]["file"].get<std::string>());
      const int64_t height = image.shape[0], line = image.shape[1] * channels;
      const int64_t down = fixture["image"]["repeat"][0], across = fixture["image"]["repeat"][1];
      std::vector<uint8_t> fed;
      for (int64_t y = 0; y < height * down; y++)
        for (int64_t x = 0; x < across; x++) {
          const auto from = image.values.begin() + (y % height) * line;
          fed.insert(fed.end(), from, from + line);
        }
      auto found = model.run(fed, height * down, image.shape[1] * across, channels);
      for (const auto& [stage, deviation] : compare(folder, fixture["golden"], found, parity))
        if (deviation > 1) {
          std::printf("%s: %s of fixture %s deviates %.3g times as far as allowed\n", name.c_str(), stage.c_str(),
                      fixture["name"].get<std::string>().c_str(), deviation);
          return 4;
        }
    }
  }
  std::printf("the same on %zu fixtures\n", parity["fixtures"].size());
  return 0;
}

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: gate EXPORTED\n");
    return 2;
  }
  try {
    return run_gate(arguments[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}
