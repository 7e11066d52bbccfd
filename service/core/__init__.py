"""The parts that all views share: state, problems, caller, request log, bodies, seeds. Imports workers and schemas."""
