/** What an execution provider needs; said where it is not there. */
const needs: Readonly<Record<string, string>> = {
  cuda: 'it needs an NVIDIA driver, CUDA 12, cuDNN 9 and the CUDA part of ONNX Runtime, see "CUDA and WebGPU" in docs/operations.md',
  webgpu: 'it needs a graphics card with a Vulkan driver (Metal on macOS, Direct3D 12 on Windows)',
};

/** What ONNX Runtime 1.30 says where a whole provider is missing, not only an operator of one model. */
const MISSING = /shared library|webgpu adapter|backend not found|not available|CUDA failure|no CUDA-capable device/i;

/** The first line of an error of ONNX Runtime 1.30, without places in its own source and without the path that it read. */
export function plainWords(message: string): string {
  const [line] = message.split('\n');
  const plain = line
    .replace(/Load model from .+? failed: ?/, '')
    .replace(/\/onnxruntime_src\/.*[)>] (?=[A-Z])/, '')
    .slice(0, 300);
  return plain.trim();
}

/** The first line of an error of a provider, and what to do where the provider itself is missing. */
export function providerProblem(provider: string, message: string): string {
  const line = plainWords(message);
  if (!MISSING.test(message) || !Object.hasOwn(needs, provider)) return line;
  // What comes before it are places in ONNX Runtime's own source.
  const said = /failed to .*/i.exec(line)?.[0] ?? line;
  return `not available here: ${needs[provider]} (${said})`;
}
