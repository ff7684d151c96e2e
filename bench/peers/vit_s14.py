"""A ViT-S/14 as timm builds it (fused attention), in PyTorch: answers each line on stdin with the milliseconds of one forward pass.

    python3 bench/peers/vit_s14.py SIZE BATCH THREADS
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

WIDTH, HEADS, DEPTH, PATCH = 384, 6, 12, 14


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, 1e-6), nn.LayerNorm(WIDTH, 1e-6)
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.fc1, self.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.gamma1, self.gamma2 = nn.Parameter(torch.ones(WIDTH)), nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        n, tokens, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, tokens, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, tokens, WIDTH)
        x = x + self.gamma1 * self.proj(y)
        return x + self.gamma2 * self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Vit(nn.Module):
    def __init__(self, size):
        super().__init__()
        count = (size // PATCH) ** 2
        self.patches = nn.Conv2d(3, WIDTH, PATCH, PATCH)
        self.positions = nn.Parameter(torch.randn(1, count + 1, WIDTH))
        self.token = nn.Parameter(torch.randn(1, 1, WIDTH))
        self.blocks = nn.Sequential(*[Block() for _ in range(DEPTH)])
        self.norm = nn.LayerNorm(WIDTH, 1e-6)

    def forward(self, x):
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), tokens], 1) + self.positions
        return self.norm(self.blocks(x))


size, batch, threads = map(int, sys.argv[1:4])
torch.set_num_threads(threads)
model = Vit(size).eval()
x = torch.randn(batch, 3, size, size)
with torch.inference_mode():
    model(x)
    print(f"ready torch {torch.__version__}", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        model(x)
        print((time.perf_counter() - start) * 1000, flush=True)
