"""What a training run must remember to go on as if it had never stopped: nets, moments, counters. No pickle.

Every save goes to a fresh folder `state-<images>`; `latest.json` is switched to it last, so that a killed run finds
the older save whole. A travel copy holds half-precision nets only, in files small enough to carry between machines.
"""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from albumen.models.portraits.net_critic import Critic
from albumen.models.portraits.net_generator import Generator
from albumen.models.portraits.sizes import NetSize, net_size
from albumen.work.errors import Missing, Wrong
from albumen.work.files import write_text
from albumen.work.seed import Seed

RATE = 0.002
BETAS = (0.0, 0.99)


@dataclass(slots=True, kw_only=True)
class Counters:
    """Where a run stands."""

    size: str
    seed: int
    side: int = 0
    fading: bool = False
    """Whether the present lesson blends in a new side."""
    step: int = 0
    images: int = 0
    chance: float = 0.3
    """Probability of each disturbance of `augment`."""
    stage: int = 0
    stage_images: int = 0
    stage_seconds: float = 0.0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RunState:
    """The nets, their averaged copy, their optimisers and the counters of one run."""

    size: NetSize
    painter: Generator
    average: Generator
    critic: Critic
    painter_moves: torch.optim.Adam
    critic_moves: torch.optim.Adam
    counters: Counters

    @property
    def device(self) -> torch.device:
        return self.painter.start.device


def new_state(size_name: str, seed: int, device: torch.device) -> RunState:
    """A run at its first step; the same seed gives the same weights."""
    size = net_size(size_name)
    with torch.random.fork_rng():
        torch.manual_seed(Seed(seed).child("weights").number() % (1 << 63))
        painter, critic = Generator(size), Critic(size)
    painter, critic = painter.to(device), critic.to(device)
    if device.type == "cuda" or torch.backends.mkldnn.is_available():
        for net in (painter, critic):
            for parameter in net.parameters():
                if parameter.dim() == 4:
                    parameter.data = parameter.data.to(memory_format=torch.channels_last)
    average = copy.deepcopy(painter).eval().requires_grad_(False)
    return RunState(
        size=size,
        painter=painter,
        average=average,
        critic=critic,
        painter_moves=torch.optim.Adam(painter.parameters(), lr=RATE, betas=BETAS),
        critic_moves=torch.optim.Adam(critic.parameters(), lr=RATE, betas=BETAS),
        counters=Counters(size=size_name, seed=seed),
    )


def save_state(state: RunState, folder: Path) -> None:
    """Save everything; afterwards `load_state` continues bit by bit on the same machine."""
    name = f"state-{state.counters.images:010d}"
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    for part, net in _nets(state).items():
        save_file(_flat(net), target / f"{part}.safetensors")
    for part, net, moves in _optimised(state):
        save_file(_moments(net, moves), target / f"{part}-moments.safetensors")
    write_text(target / "counters.json", json.dumps(asdict(state.counters), indent=1))
    write_text(folder / "latest.json", json.dumps({"state": name}))
    for older in folder.glob("state-*"):
        if older.name != name:
            shutil.rmtree(older)


def load_state(folder: Path, device: torch.device) -> RunState:
    """The run saved in `folder`, from a full save or, where only that was carried or shipped, from a travel copy."""
    if (folder / "latest.json").is_file():
        source = folder / json.loads((folder / "latest.json").read_text())["state"]
    elif (folder / "travel" / "counters.json").is_file():
        source = folder / "travel"
    else:
        raise Missing("no saved training run is here", where=folder, next_step="start one without --resume")
    counters = Counters(**json.loads((source / "counters.json").read_text()))
    state = new_state(counters.size, counters.seed, device)
    state.counters = counters
    for part, net in _nets(state).items():
        path = source / f"{part}.safetensors"
        if part == "painter" and not path.is_file():
            path = source / "average.safetensors"  # a model folder keeps one painter only
        stored = load_file(path)
        _check(stored, net, path)
        net.load_state_dict({name: value.float() for name, value in stored.items()})
    for part, net, moves in _optimised(state):
        if (source / f"{part}-moments.safetensors").is_file():
            _restore(net, moves, load_file(source / f"{part}-moments.safetensors"))
    return state


def save_travel(state: RunState, folder: Path) -> None:
    """Half-precision nets without moments in `folder/travel`: three files of at most about 15 MB."""
    target = folder / "travel"
    target.mkdir(parents=True, exist_ok=True)
    for part, net in _nets(state).items():
        save_file({name: value.half() for name, value in _flat(net).items()}, target / f"{part}.safetensors")
    write_text(target / "counters.json", json.dumps(asdict(state.counters), indent=1))


def start_from(folder: Path, device: torch.device) -> RunState:
    """A new run with the nets of another: same weights, no moments, counters at zero except the side."""
    state = load_state(folder, device)
    fresh = new_state(state.counters.size, state.counters.seed, device)
    for part, net in _nets(fresh).items():
        net.load_state_dict(_nets(state)[part].state_dict())
    fresh.counters.side = state.counters.side
    fresh.counters.chance = state.counters.chance
    return fresh


def grown(state: RunState, size_name: str) -> RunState:
    """The run with nets that have finer stages besides: what was learned stays, the new stages are blended in by the next lesson.

    Raises `Wrong` where the nets of the other size do not begin with those of the run.
    """
    size = net_size(size_name)
    larger = new_state(size_name, state.counters.seed, state.device)
    for part, net in _nets(larger).items():
        wanted, stored = net.state_dict(), _nets(state)[part].state_dict()
        if any(name not in wanted or wanted[name].shape != value.shape for name, value in stored.items()):
            what = f"a net of the size '{state.size.name}' cannot grow into one of the size '{size.name}'"
            raise Wrong(what, next_step="train with the same --size, or into another folder")
        net.load_state_dict({**wanted, **stored})
    for (_, net, moves), (_, older, known) in zip(_optimised(larger), _optimised(state), strict=True):
        _restore(net, moves, _moments(older, known))
    larger.counters = replace(state.counters, size=size_name)
    return larger


def _nets(state: RunState) -> dict[str, nn.Module]:
    return {"painter": state.painter, "average": state.average, "critic": state.critic}


def _optimised(state: RunState) -> tuple[tuple[str, nn.Module, torch.optim.Adam], ...]:
    return (("painter", state.painter, state.painter_moves), ("critic", state.critic, state.critic_moves))


def _flat(net: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().cpu().contiguous() for name, value in net.state_dict().items()}


def _moments(net: nn.Module, moves: torch.optim.Adam) -> dict[str, Tensor]:
    stored: dict[str, Tensor] = {}
    for name, parameter in net.named_parameters():
        for key, value in moves.state.get(parameter, {}).items():
            stored[f"{name}|{key}"] = value.detach().cpu().contiguous()
    return stored or {"none": torch.zeros(1)}


def _restore(net: nn.Module, moves: torch.optim.Adam, stored: dict[str, Tensor]) -> None:
    for name, parameter in net.named_parameters():
        found = {key.split("|")[1]: value for key, value in stored.items() if key.split("|")[0] == name}
        if found:
            moves.state[parameter] = {
                key: value if key == "step" else value.to(parameter.device) for key, value in found.items()
            }


def _check(stored: dict[str, Tensor], net: nn.Module, path: Path) -> None:
    wanted = {name: tuple(value.shape) for name, value in net.state_dict().items()}
    if {name: tuple(value.shape) for name, value in stored.items()} != wanted:
        raise Wrong("these weights belong to a net of another size", where=path, next_step="train with the same --size")
